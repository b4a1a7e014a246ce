"""Refresh tokens that have expired are deleted, some at a time, for as long as the process runs."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from command_api.accounts.sessions import Sessions

PAUSE_SECONDS = 60.0

log = logging.getLogger(__name__)


async def sweep(sessions: Sessions, now: Callable[[], datetime]) -> None:
    """Until it is cancelled. What goes wrong is tried again a minute later."""
    while True:
        try:
            while await sessions.sweep(now()):
                pass
        except Exception as error:  # noqa: BLE001 - nobody waits for it, and the next time may be better
            log.warning("expired refresh tokens stay for now: %s", type(error).__name__)
        await asyncio.sleep(PAUSE_SECONDS)
