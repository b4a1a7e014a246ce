"""The pool that projectors work with, and how a server process tells their lag to /metrics."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg

from cli.secrets import master_key
from cli.telling import told_again
from cli.upgrade import must_suit
from projections.following import lag
from projections.status import Footing, ProjectorStatus, footings, statuses
from runtime.database import create_pool
from runtime.http.lifespans import Lifespan
from runtime.ids import utc_now
from runtime.privacy.erasures import Erasures
from runtime.privacy.keyring import Keyring
from runtime.settings import Settings

ROLE = "seatledger_projections"
# A worker listens, says that it is there, and rebuilds with three or four at once, and its sealer listens and seals;
# were it to have fewer, those that it holds would wait for those it cannot have.
CONNECTIONS_MIN = 10


@asynccontextmanager
async def projector_pool(dsn: str, settings: Settings) -> AsyncIterator[asyncpg.Pool]:
    """Connections that may write the read tables: as many as the settings allow, and at least `CONNECTIONS_MIN`.

    Raises as `must_suit` does.
    """
    await must_suit(dsn)
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
    following = asyncio.create_task(Erasures(pool, keyring, utc_now).follow())
    try:
        yield keyring
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def lag_metrics(pool: asyncpg.Pool) -> Lifespan:
    """Projectors are processes without a port, so a server that people scrape tells how far they are."""

    async def look() -> None:
        tell(await statuses(pool, utc_now()), await footings(pool))

    return told_again(look)


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
