"""Turns at holding a lease: a few at a time, and first those whose rows somebody may be waiting for.

Who has just booked looks at the booking. The figures of statistics may come a moment later, but they do come: whoever
is urgent goes ahead of others by a while, not for ever.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from itertools import count

HEAD_START_SECONDS = 0.2
"""Who has waited that much longer goes before somebody urgent."""


class Turns:
    """At most `turns_max` at once."""

    def __init__(self, turns_max: int) -> None:
        self._free = turns_max
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    @asynccontextmanager
    async def turn(self, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for a turn, and have it for as long as the block lasts."""
        await self._take(urgent=urgent)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, *, urgent: bool) -> None:
        if self._free:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        at = loop.time() if urgent else loop.time() + HEAD_START_SECONDS
        heappush(self._waiting, (at, next(self._numbers), mine))
        try:
            await mine
        except asyncio.CancelledError:
            # It may have been given to us in the very moment in which we were told to stop.
            if mine.done() and not mine.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """To whoever has waited longest; those who have gone away are passed over."""
        while self._waiting:
            _, _, next_one = heappop(self._waiting)
            if not next_one.done():
                next_one.set_result(None)
                return
        self._free += 1
