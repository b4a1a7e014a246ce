"""Follows the log with a watchman until it is told to stop. Any number may; they take turns.

It keeps out of the way of sales: connections of its own, no locks but the row of its checkpoint, and rests in between.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import perf_counter

import asyncpg

from cli.projecting import ROLE
from eventstore.store import StoreUnavailable
from projections.watching.sampling import sampled
from projections.watching.watchman import Step, Watchman
from runtime.database import create_pool, is_unavailable
from runtime.ids import utc_now
from runtime.notices import LOG_CHANNEL, Listener

log = logging.getLogger(__name__)

CONNECTIONS_MAX = 4
"""One follows the log, one listens, one compares, and one reads on for it."""

TAKEN_SECONDS = 1.0
SAMPLE_SECONDS = 3.0
SAMPLE_SHOWS = 10
SAMPLE_SHARE = 20
"""Between two samples at least so many times what the last one took."""
WAIT_SECONDS_MIN = 0.5
WAIT_SECONDS_MAX = 15.0


@asynccontextmanager
async def watch_pool(dsn: str) -> AsyncIterator["asyncpg.Pool"]:
    """Its own connections, with the rights of the projectors."""
    pool = await create_pool(
        dsn, role=ROLE, application_name="seatledger watchman", min_size=0, max_size=CONNECTIONS_MAX
    )
    try:
        yield pool
    finally:
        await pool.close()


async def run(pool: "asyncpg.Pool", stop: asyncio.Event) -> None:
    """Watch until `stop` is set. Nothing that goes wrong ends it: what could not be looked at now is looked at later,
    and whoever reads the metrics sees how far it is.
    """
    one = Watch(pool, stop)
    following, comparing = asyncio.create_task(one.follow()), asyncio.create_task(one.compare())
    try:
        await asyncio.gather(following, comparing)
    finally:
        for task in (following, comparing):
            task.cancel()
        await asyncio.gather(following, comparing, return_exceptions=True)


class Watch:
    """One watchman's two tasks: it follows the log, and compares the read tables with it."""

    def __init__(self, pool: "asyncpg.Pool", stop: asyncio.Event) -> None:
        self._pool = pool
        self._stop = stop
        self._watchman = Watchman(pool, utc_now)
        self._leads = False
        self._reported = asyncio.Event()

    async def follow(self) -> None:
        """Look at every fact, once."""
        listener, failures = Listener(self._pool, LOG_CHANNEL), 0
        try:
            while not self._stop.is_set():
                # Armed before looking: what is appended while we look wakes us again.
                listener.arm()
                self._reported.clear()
                began_at = perf_counter()
                try:
                    step = await self._watchman.step()
                    failures = 0
                except Exception as error:  # noqa: BLE001 - logged; whatever it was, a later try may fare better
                    failures += 1
                    tell("watching", error, failures)
                    await self._wait(min(WAIT_SECONDS_MAX, WAIT_SECONDS_MIN * 2 ** min(failures, 10)))
                    continue
                self._leads = step is not Step.TAKEN
                if step is Step.TAKEN:
                    await self._wait(TAKEN_SECONDS)
                elif step is Step.CAUGHT_UP:
                    await self._news(listener)
                # However much there is to see, half of the time is for others.
                await self._wait(perf_counter() - began_at if step is Step.MORE else WAIT_SECONDS_MIN / 10)
        finally:
            await listener.close()

    async def compare(self) -> None:
        """Look at some shows every few seconds, for as long as nobody else does."""
        seconds, failures = SAMPLE_SECONDS, 0
        while not self._stop.is_set():
            await self._wait(seconds)
            if not self._leads or self._stop.is_set():
                continue
            began_at = perf_counter()
            try:
                await self._sample(began_at)
                failures = 0
            except Exception as error:  # noqa: BLE001 - logged; whatever it was, a later try may fare better
                failures += 1
                tell("comparing read tables with the log", error, failures)
                continue
            seconds = max(SAMPLE_SECONDS, SAMPLE_SHARE * (perf_counter() - began_at))

    async def _sample(self, began_at: float) -> None:
        """As many as there is time for: one that is long is enough."""
        for _ in range(SAMPLE_SHOWS):
            if found := await sampled(self._pool, self._watchman.recent, secrets.randbelow):
                self._watchman.report(found)
                self._reported.set()
            if self._stop.is_set() or (perf_counter() - began_at) * SAMPLE_SHARE > SAMPLE_SECONDS:
                return

    async def _news(self, listener: Listener) -> None:
        """Until something may be new, or was found, or we are told to stop."""
        waiting = [
            asyncio.ensure_future(each)
            for each in (listener.wait(), self._stop.wait(), self._reported.wait())
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _wait(self, seconds: float) -> None:
        """That long, or until we are told to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()


def tell(doing: str, error: Exception, failures: int) -> None:
    """Log it: a database that is away once, anything else every time."""
    if isinstance(error, StoreUnavailable) or is_unavailable(error):
        if failures == 1:
            log.warning("%s waits for the database: %s", doing, error)
    else:
        log.error("%s failed and will be tried again: %s", doing, type(error).__name__, exc_info=error)
