"""How far the read models are, and waiting until they have got somewhere.

One watcher per process follows the checkpoints, woken by the projection workers' notices. Any number of requests may
wait; none of them asks the database, and none of them turns in a loop.
"""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass

import asyncpg

from query_api.problems import READ_MODEL_BEHIND
from runtime.database import is_unavailable
from runtime.notices import READ_CHANNEL, Listener
from runtime.problems import Problem

log = logging.getLogger(__name__)

# A notice can be lost with a connection; then a waiting read is late by no more than this.
POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Waiter:
    """A request that goes on once all of `projectors` have reached `position`."""

    projectors: Collection[str]
    position: int
    reached: asyncio.Future[None]


class Freshness:
    """Positions of the read models as of a moment ago. They only grow, so what is known is always true still.

    `wait_seconds` bounds every wait. `watch` must run for waits to end before that.
    """

    def __init__(self, pool: asyncpg.Pool, wait_seconds: float, poll_seconds: float = POLL_SECONDS) -> None:
        self._pool = pool
        self._wait_seconds = wait_seconds
        self._listener = Listener(pool, READ_CHANNEL, poll_seconds)
        self._positions: dict[str, int] = {}
        self._waiters: set[Waiter] = set()

    def position(self, projectors: Collection[str]) -> int:
        """All of these have got at least this far; 0 for one that nothing is known about."""
        return min(self._positions.get(name, 0) for name in projectors)

    async def at_least(self, projectors: Collection[str], position: int) -> int:
        """Wait until all of these have reached `position`, and return how far they are.

        Raises Problem 503 `read-model-behind` when that takes longer than a client should wait.
        """
        if self.position(projectors) < position:
            waiter = Waiter(projectors, position, asyncio.get_running_loop().create_future())
            self._waiters.add(waiter)
            try:
                async with asyncio.timeout(self._wait_seconds):
                    await waiter.reached
            except TimeoutError:
                raise Problem(READ_MODEL_BEHIND) from None
            finally:
                self._waiters.discard(waiter)
        return self.position(projectors)

    async def beyond(self, projector: str, position: int) -> int:
        """Wait, however long it takes, until it is beyond `position`, and return how far it is."""
        if self.position((projector,)) <= position:
            waiter = Waiter((projector,), position + 1, asyncio.get_running_loop().create_future())
            self._waiters.add(waiter)
            try:
                await waiter.reached
            finally:
                self._waiters.discard(waiter)
        return self.position((projector,))

    async def watch(self) -> None:
        """Follow the checkpoints until cancelled. Outlives the database."""
        try:
            while True:
                # Armed before looking, so that what is projected while we look wakes us again.
                self._listener.arm()
                try:
                    await self._look()
                    await self._listener.wait()
                except Exception as error:
                    # Without this task every wait would be in vain, so nothing may end it.
                    if not is_unavailable(error):
                        log.exception("following the read models failed and will be tried again")
                    await asyncio.sleep(POLL_SECONDS)
        finally:
            await self._listener.close()

    async def _look(self) -> None:
        self._positions = {row[0]: row[1] for row in await self._pool.fetch(CHECKPOINTS)}
        for waiter in self._waiters:
            if self.position(waiter.projectors) >= waiter.position and not waiter.reached.done():
                waiter.reached.set_result(None)


CHECKPOINTS = "SELECT subscription, position FROM eventstore.checkpoints WHERE log_id = 1"
