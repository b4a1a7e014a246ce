"""Bring read tables up to date in a test: by hand, or by a worker in the background."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import asyncpg

from projections.following.follower import Follower, Step
from projections.following.sharing import Sharing
from projections.following.worker import run_all
from projections.projector import Projector
from projections.read_models import PROJECTORS
from query_api.freshness import Freshness
from tests.projections.people import keyring_over
from tests.projections.writing import NOON

ALL = tuple(PROJECTORS.values())
DEADLINE_SECONDS = 60.0

Work = Callable[[asyncio.Event], Coroutine[None, None, None]]
"""Goes on until the event is set."""


def follower(projector: Projector, pool: asyncpg.Pool, batch_max: int = 1000) -> Follower:
    return Follower(projector, pool, Sharing.over(pool, batch_max, keyring_over(pool)), lambda: NOON)


async def project(pool: asyncpg.Pool, projectors: Sequence[Projector] = ALL, batch_max: int = 1000) -> None:
    """Apply everything that is in the log."""
    for projector in projectors:
        one = follower(projector, pool, batch_max)
        while await one.step() is Step.MORE:
            pass


class Worker:
    """Work in the background that can be waited for."""

    def __init__(self, freshness: Freshness, stop: asyncio.Event) -> None:
        self.stop = stop
        self._freshness = freshness

    async def reached(self, position: int, projectors: Sequence[Projector] = ALL) -> None:
        """Wait until the tables hold everything up to `position`; fails after the deadline."""
        await self._freshness.at_least([each.name for each in projectors], position)


@asynccontextmanager
async def ending(work: Work, pool: asyncpg.Pool) -> AsyncIterator[Worker]:
    """Run `work` for as long as the block lasts, then tell it to stop and wait until it has."""
    stop, freshness = asyncio.Event(), Freshness(pool, DEADLINE_SECONDS)
    watching = asyncio.create_task(freshness.watch())
    running = asyncio.create_task(work(stop))
    try:
        yield Worker(freshness, stop)
        stop.set()
        async with asyncio.timeout(DEADLINE_SECONDS):
            await running
    finally:
        for task in (running, watching):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def working(
    pool: asyncpg.Pool, projectors: Sequence[Projector] = ALL, batch_max: int = 1000
) -> AbstractAsyncContextManager[Worker]:
    """A worker for as long as the block lasts."""
    return ending(
        lambda stop: run_all(pool, projectors, stop, batch_max, keyring_over(pool), now=lambda: NOON), pool
    )
