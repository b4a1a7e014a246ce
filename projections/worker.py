"""Follows the log with one or many projectors until it is told to stop.

Any number of workers may run the same projectors: each batch is applied by whoever holds the lease. A worker outlives
its database: it waits, longer each time, and goes on where the last commit left off.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import asyncpg

from projections import lag
from projections.follower import Follower, Step
from projections.projector import Projector
from projections.read_models import PROJECTORS, projector_named
from projections.rebuild import RebuildUnderWay, rebuild_projector
from projections.shared_pages import SharedPages
from runtime.database import is_unavailable
from runtime.ids import utc_now
from runtime.notices import LOG_CHANNEL, READ_CHANNEL, Listener, Notifier
from runtime.settings import Settings

log = logging.getLogger(__name__)

WAIT_SECONDS_MIN = 0.1
WAIT_SECONDS_MAX = 5.0


async def run(
    pool: asyncpg.Pool,
    names: Sequence[str],
    stop: asyncio.Event,
    settings: Settings,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Run the projectors of these names, or all when there are none, until `stop` is set; then end after the batch in
    hand. `pool` acts as `seatledger_projections`. Raises `NoSuchProjector` before anything starts.
    """
    chosen = [projector_named(name) for name in names] or list(PROJECTORS.values())
    await follow_all(pool, chosen, stop, settings.projection_batch_max, now)


async def follow_all(
    pool: asyncpg.Pool,
    projectors: Sequence[Projector],
    stop: asyncio.Event,
    batch_max: int,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """The same, of projectors that need not be among the known ones."""
    pages = SharedPages(batch_max)
    listener, notifier = Listener(pool, LOG_CHANNEL), Notifier(pool, READ_CHANNEL)
    runs = [Run(Follower(each, pool, pages, now), pool, notifier, stop) for each in projectors]
    waking = asyncio.create_task(wake(runs, listener, stop))
    try:
        await asyncio.gather(*(each.until_stopped() for each in runs))
    finally:
        waking.cancel()
        with suppress(asyncio.CancelledError):
            await waking
        await listener.close()
        await notifier.close()


async def wake(runs: Sequence["Run"], listener: Listener, stop: asyncio.Event) -> None:
    """Let every run look at the log whenever there may be something new, and when it is time to stop."""
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            # Nothing is awaited between a wake-up and `arm`, so no notice falls between them.
            listener.arm()
            noticed = asyncio.create_task(listener.wait())
            await asyncio.wait((noticed, stopping), return_when=asyncio.FIRST_COMPLETED)
            noticed.cancel()
            for each in runs:
                each.awake.set()
    finally:
        stopping.cancel()


class Run:
    """One follower's loop."""

    def __init__(
        self, follower: Follower, pool: asyncpg.Pool, notifier: Notifier, stop: asyncio.Event
    ) -> None:
        self.awake = asyncio.Event()
        self._follower = follower
        self._name = follower.projector.name
        self._pool = pool
        self._notifier = notifier
        self._stop = stop
        self._failures = 0

    async def until_stopped(self) -> None:
        while not self._stop.is_set():
            # Armed before looking: what is appended while we look wakes us again.
            self.awake.clear()
            try:
                step = await self._step()
                self._failures = 0
            except Exception as error:
                await self._wait_after(error)
                continue
            if step is not Step.MORE and not self._stop.is_set():
                await self.awake.wait()

    async def _step(self) -> Step:
        step = await self._follower.step()
        if step in (Step.MORE, Step.CAUGHT_UP):
            self._notifier.poke()
        elif step is Step.NEWER:
            log.warning("the tables of %s are of newer code; this worker leaves them alone", self._name)
        elif step is Step.OUTDATED:
            with suppress(RebuildUnderWay):
                await rebuild_projector(self._follower.projector, self._pool)
                return Step.MORE
        return step

    async def _wait_after(self, error: Exception) -> None:
        self._failures += 1
        lag.FAILURES.labels(self._name).inc()
        if not is_unavailable(error.__cause__ or error):
            log.error("%s failed and will try again", self._name, exc_info=error)
        elif self._failures == 1:
            log.warning("%s waits for the database: %s", self._name, error)
        longest = min(WAIT_SECONDS_MAX, WAIT_SECONDS_MIN * 2 ** min(self._failures, 10))
        # The clock's fraction is chance enough to keep many workers from coming back at one moment.
        seconds = longest * (0.5 + asyncio.get_running_loop().time() % 0.5)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()
