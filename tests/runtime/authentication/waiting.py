"""Waiting for what another task is about to do."""

import asyncio
import time
from collections.abc import Callable

WAIT_SECONDS_MAX = 60.0


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not holds():
        assert time.monotonic() < deadline, "it has not come to hold"
        await asyncio.sleep(0.005)
