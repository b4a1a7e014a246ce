"""The pool that projectors work with, and how a server process tells their lag to /metrics."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import asyncpg
from fastapi import FastAPI

from cli.secrets import master_key
from projections.following import lag
from projections.status import Footing, ProjectorStatus, footings, statuses
from runtime.database import create_pool
from runtime.http.lifespans import Lifespan
from runtime.ids import utc_now
from runtime.privacy.erasures import follow_erasures
from runtime.privacy.keyring import Keyring
from runtime.settings import Settings

ROLE = "seatledger_projections"
LOOK_SECONDS = 2.0
# A worker listens, says that it is there, and rebuilds with three or four at once, and its sealer listens and seals;
# were it to have fewer, those that it holds would wait for those it cannot have.
CONNECTIONS_MIN = 10


@asynccontextmanager
async def projector_pool(dsn: str, settings: Settings) -> AsyncIterator[asyncpg.Pool]:
    """Connections that may write the read tables: as many as the settings allow, and at least `CONNECTIONS_MIN`."""
    pool = await create_pool(
        dsn,
        role=ROLE,
        application_name="seatledger projections",
        min_size=settings.pool_min_connections,
        max_size=max(settings.pool_max_connections, CONNECTIONS_MIN),
    )
    try:
        yield pool
    finally:
        await pool.close()


def keyring_over(pool: asyncpg.Pool, settings: Settings) -> Keyring:
    """What opens people's words for the read model that finds bookings by them."""
    return Keyring(pool, master_key(settings))


@asynccontextmanager
async def following_keyring(pool: asyncpg.Pool, settings: Settings) -> AsyncIterator[Keyring]:
    """The same for a process that stays: it forgets the keys of those who are erased."""
    keyring = keyring_over(pool, settings)
    following = asyncio.create_task(follow_erasures(pool, keyring, utc_now))
    try:
        yield keyring
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def lag_metrics(pool: asyncpg.Pool, log: asyncpg.Pool) -> Lifespan:
    """Projectors are processes without a port, so a server that people scrape tells how far they are; `log` may read
    the log.
    """

    async def follow() -> None:
        while True:
            with suppress(Exception):
                tell(await statuses(pool, utc_now(), log=log), await footings(pool))
            await asyncio.sleep(LOOK_SECONDS)

    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[None]:
        following = asyncio.create_task(follow())
        try:
            yield None
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    def lifespan(app: FastAPI) -> AbstractAsyncContextManager[None]:
        return run(app)

    return lifespan


def tell(found: list[ProjectorStatus], on: Mapping[str, Footing]) -> None:
    """Set the gauges."""
    for one in found:
        lag.LAG_FACTS.labels(one.name).set(one.lag_facts)
        lag.LAG_SECONDS.labels(one.name).set(one.lag_seconds)
        lag.PARKED.labels(one.name).set(len(one.parked))
        lag.SIZE_BYTES.labels(one.name).set(on[one.name].size_bytes)
        lag.ROWS.labels(one.name).set(on[one.name].rows)
        lag.WORKERS.labels(one.name).set(on[one.name].workers)
        lag.REBUILDING.labels(one.name).set(on[one.name].rebuilding)
