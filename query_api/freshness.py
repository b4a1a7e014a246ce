"""How far the read models are, and waiting until they have got somewhere.

One watcher per process follows the checkpoints. A projector's notice says what moved, where to and what its rows then
are, and is sent by the commit that moved it: those who wait go on without anybody asking the database.
"""

import asyncio
import logging
from collections.abc import Collection

import asyncpg
import msgspec

from query_api.going_back import Remembered
from query_api.problems import POSITION_NOT_IN_LOG, READ_MODEL_BEHIND
from query_api.standing import NOTICE, UNKNOWN, Standing
from query_api.waiting import Queues
from runtime.database import is_unavailable
from runtime.notices import READ_CHANNEL, Listener
from runtime.problems import Problem

log = logging.getLogger(__name__)

# A lost connection is noticed at once and followed by a look. This is for one that is dead and does not say so.
POLL_SECONDS = 2.0
RETRY_SECONDS = 0.5
LOOK_SECONDS_MAX = 1.0

LAST_POSITION = "SELECT last_position FROM eventstore.log WHERE log_id = 1"


class Freshness:
    """Where the read models stood a moment ago.

    `wait_seconds` bounds every wait of a request. `watch` must run for waits to end before that.
    """

    def __init__(self, pool: asyncpg.Pool, wait_seconds: float, poll_seconds: float = POLL_SECONDS) -> None:
        self._pool = pool
        self._wait_seconds = wait_seconds
        self._listener = Listener(pool, READ_CHANNEL, poll_seconds, self._hear)
        self._standings: dict[str, Standing] = {}
        # What was heard since the look that is under way began: it is newer than what that look will find.
        self._heard: dict[str, Standing] = {}
        self._queues = Queues()
        self._remembered = Remembered(pool)
        self._endless: set[asyncio.Future[None]] = set()
        self.times_back = 0
        """How often it was found that the log or a read model went back. Positions of before may say nothing now."""

    def position(self, projectors: Collection[str]) -> int:
        """All of these have got at least this far; 0 for one that nothing is known about."""
        return min(self._standings.get(name, UNKNOWN).position for name in projectors)

    def rows(self, projector: str) -> str:
        """Another value whenever its rows may have become others; it stays while only facts that do not concern it have
        come. True of every moment since `position` was what it is now.
        """
        return self._standings.get(projector, UNKNOWN).rows

    async def at_least(self, projectors: Collection[str], position: int) -> int:
        """Wait until all of these have reached `position`, and return how far they are.

        Raises Problem 503 `read-model-behind` when that takes longer than a client should wait, and 409
        `position-not-in-log` when no waiting would help.
        """
        if self.position(projectors) < position:
            try:
                async with asyncio.timeout(self._wait_seconds):
                    await self._wait(projectors, position)
            except TimeoutError:
                is_there = await self._log_has(position)
                raise Problem(READ_MODEL_BEHIND if is_there else POSITION_NOT_IN_LOG) from None
        return self.position(projectors)

    async def _log_has(self, position: int) -> bool:
        """Whether it is worth waiting for; as far as can be told."""
        try:
            end: int = await self._pool.fetchval(LAST_POSITION, timeout=LOOK_SECONDS_MAX)
        except Exception as error:
            if not is_unavailable(error):
                raise
            return True
        return position <= end

    async def beyond(self, projector: str, position: int, times_back: int) -> int:
        """Wait, however long it takes, until it is further than `position` or `times_back` is not what it was; return
        how far it is.
        """
        while (now := self.position((projector,))) <= position and times_back == self.times_back:
            reached = self._reached((projector,), position + 1)
            self._endless.add(reached)
            try:
                await reached
            finally:
                self._endless.discard(reached)
        return now

    async def _wait(self, projectors: Collection[str], position: int) -> None:
        await self._reached(projectors, position)

    def _reached(self, projectors: Collection[str], position: int) -> "asyncio.Future[None]":
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues[frozenset(projectors)].add(position, reached)
        return reached

    async def watch(self) -> None:
        """Follow the checkpoints until cancelled. Outlives the database."""
        try:
            while True:
                # Armed before looking, so that what happens to the connection while we look makes us look again.
                self._listener.arm()
                try:
                    await self._look()
                    await self._listener.wait()
                    if not self._listener.is_listening:
                        self._doubt()
                except Exception as error:
                    # Without this task every wait would be in vain, so nothing may end it.
                    if not is_unavailable(error):
                        log.exception("following the read models failed and will be tried again")
                    self._doubt()
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            await self._listener.close()

    def _doubt(self) -> None:
        """A server that has crashed may have come back with less: projectors do not wait for the disk. Until somebody
        has looked again, no read model counts as having got anywhere.
        """
        self._standings = {name: Standing(0, each.rows) for name, each in self._standings.items()}

    def _hear(self, notice: str) -> bool:
        """Take what a projector says. Notices come in the order of the commits that sent them."""
        try:
            moved = NOTICE.decode(notice)
        except msgspec.DecodeError:
            # Of another version, which says it in other words: then somebody must look.
            return False
        self._heard.update(moved)
        self._standings.update(moved)
        if self._remembered.went_back_as_heard(moved):
            self._note_going_back()
        self._let_go(moved)
        return True

    async def _look(self) -> None:
        self._heard, before = {}, self._remembered.furthest
        found = {name: Standing(*row) for name, *row in await self._pool.fetch(CHECKPOINTS)}
        went_back = await self._remembered.went_back_as_found(before, found)
        self._remembered.are(found, self._heard)
        self._standings = {**found, **self._heard}
        if went_back:
            self._note_going_back()
        self._let_go(found)

    def _note_going_back(self) -> None:
        log.warning("the log or its read models went back to an earlier state: live streams begin anew")
        self.times_back += 1
        for reached in self._endless:
            if not reached.done():
                reached.set_result(None)

    def _let_go(self, moved: Collection[str]) -> None:
        for projectors, queue in self._queues.of(moved):
            queue.reach(self.position(projectors))


# Who moved it last may be of an older version, which does not tell what it changes: then rows are known by where it is.
CHECKPOINTS = """SELECT subscription, position,
                        CASE WHEN changed_known_at = position THEN changed_by::text ELSE '@' || position END,
                        CASE WHEN NOT eventstore.stands(log_id, position, fact_hash, fact_known_at) THEN 'astray'
                             WHEN fact_known_at = position THEN encode(fact_hash, 'hex') END
                 FROM eventstore.checkpoints WHERE log_id = 1"""
