"""One follower's loop, which outlives its database: it waits, longer each time, and goes on where it left off."""

import asyncio
import logging
from contextlib import suppress
from time import perf_counter

import asyncpg

from projections.following import lag
from projections.following.follower import Follower, Step
from projections.following.sharing import Sharing
from projections.rebuilding.rebuild import RebuildUnderWay, rebuild_projector
from runtime.database import is_unavailable

log = logging.getLogger(__name__)

# Who holds the lease may die with facts in hand that nobody will tell us about again.
TAKEN_SECONDS = 0.05
# During an on-sale facts come all the time, and a batch costs about the same for one fact as for twenty. Who is not
# urgent lets them gather, and leaves the processor to those who are.
BATCH_EVERY_SECONDS = 0.05
WAIT_SECONDS_MIN = 0.1
WAIT_SECONDS_MAX = 5.0

ASTRAY = (
    "the tables of %s hold facts that are not in this log, as after restoring it to an earlier state: "
    "they stay as they are until you run `seatledger rebuild %s`"
)


class Run:
    """Steps until `stop` is set. Whoever knows that there may be something new sets `awake`."""

    def __init__(self, follower: Follower, pool: asyncpg.Pool, sharing: Sharing, stop: asyncio.Event) -> None:
        self.awake = asyncio.Event()
        self._follower = follower
        self._name = follower.projector.name
        self._pool = pool
        self._sharing = sharing
        self._stop = stop
        self._failures = 0
        self._last: Step | None = None

    async def until_stopped(self) -> None:
        while not self._stop.is_set():
            # Armed before looking: what is appended while we look wakes us again.
            self.awake.clear()
            try:
                step = await self._step()
                self._failures = 0
            except Exception as error:  # noqa: BLE001 - logged below; whatever it was, a later try may fare better
                await self._wait_after(error)
                continue
            if step is Step.TAKEN:
                await self._wait(TAKEN_SECONDS)
            elif step is not Step.MORE and not self._stop.is_set():
                await self.awake.wait()
                await self._let_facts_gather()

    async def _let_facts_gather(self) -> None:
        """The first facts after a quiet time are applied at once."""
        seconds = self._follower.batch_began_at + BATCH_EVERY_SECONDS - perf_counter()
        if seconds > 0 and not self._follower.projector.urgent:
            await self._wait(seconds)

    async def _step(self) -> Step:
        step, last = await self._follower.step(), self._last
        self._last = step
        if step is Step.NEWER and step is not last:
            log.warning("the tables of %s are of newer code: this worker leaves them alone", self._name)
        elif step is Step.ASTRAY and step is not last:
            log.error(ASTRAY, self._name, self._name)
        elif step is Step.OUTDATED and await self._rebuilt():
            return Step.MORE
        return step

    async def _rebuilt(self) -> bool:
        """Whether the tables are now of our version; not when somebody else is at it, or when we are told to stop."""
        rebuilding = asyncio.ensure_future(self._rebuild())
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((rebuilding, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not rebuilding.done():
                return False
            await rebuilding
        except RebuildUnderWay:
            return False
        else:
            return True
        finally:
            for task in (rebuilding, stopping):
                task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await rebuilding

    async def _rebuild(self) -> None:
        async with self._sharing.rebuilding:
            await rebuild_projector(self._follower.projector, self._pool, self._sharing.keyring)

    async def _wait_after(self, error: Exception) -> None:
        self._failures += 1
        lag.FAILURES.labels(self._name).inc()
        if not is_unavailable(error.__cause__ or error):
            log.error("%s failed and will try again", self._name, exc_info=error)
        elif self._failures == 1:
            log.warning("%s waits for the database: %s", self._name, error)
        longest = min(WAIT_SECONDS_MAX, WAIT_SECONDS_MIN * 2 ** min(self._failures, 10))
        # The clock's fraction is chance enough to keep many workers from coming back at one moment.
        await self._wait(longest * (0.5 + asyncio.get_running_loop().time() % 0.5))

    async def _wait(self, seconds: float) -> None:
        """That long, or until we are told to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()
