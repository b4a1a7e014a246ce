"""Looks at all connections now and then, so that none of them needs a timer of its own."""

import asyncio
import logging
from collections.abc import Collection
from typing import Any

SECONDS_BETWEEN_MAX = 1.0
LOOKS_AT_ONCE = 1_000

_log = logging.getLogger(__name__)


async def watch(connections: Collection[Any], shortest_seconds: float) -> None:
    """For ever. Ends each connection within about a tenth of `shortest_seconds`, or a second, of its time."""
    loop = asyncio.get_running_loop()
    between = min(SECONDS_BETWEEN_MAX, shortest_seconds / 10)
    while True:
        await asyncio.sleep(between)
        for number, connection in enumerate(list(connections)):
            if number % LOOKS_AT_ONCE == LOOKS_AT_ONCE - 1:
                # Requests are served between the looks.
                await asyncio.sleep(0)
            try:
                connection.look_at(loop.time())
            except Exception:  # noqa: BLE001 - one odd connection must not free all others of their limits
                _log.exception("a connection could not be looked at")
