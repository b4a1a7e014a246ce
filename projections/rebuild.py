"""Fill a read model's tables again from the log, beside the live ones, and switch without stopping a reader."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from eventstore.postgres.store import PostgresStore
from projections.parking import Parking
from projections.projector import Projector
from projections.read_models import projector_named
from projections.schema import NEXT, make_tables, qualified, work_in
from projections.switching import Filled, switch
from runtime.ids import utc_now

log = logging.getLogger(__name__)

BATCH_MAX = 2_000

Progress = Callable[[int, int], None]
"""Told after each batch: facts read so far, facts in the log."""


class RebuildUnderWay(Exception):
    """Somebody else is rebuilding this read model."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is being rebuilt already")


def nobody(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


async def rebuild(
    name: str,
    pool: asyncpg.Pool,
    progress: Progress = nobody,
    *,
    batch_max: int = BATCH_MAX,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Rebuild one read model; the live tables serve, and follow the log, until the new ones take their place.

    `pool` acts as `seatledger_projections`. Memory is bounded by `batch_max` facts. Raises `NoSuchProjector`,
    `RebuildUnderWay`, `SwitchFailed`, `StoreUnavailable`.
    """
    await rebuild_projector(projector_named(name), pool, progress, batch_max=batch_max, now=now)


async def rebuild_projector(
    projector: Projector,
    pool: asyncpg.Pool,
    progress: Progress = nobody,
    *,
    batch_max: int = BATCH_MAX,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """The same, of a projector that need not be among the known ones."""
    async with only_rebuild(pool, projector.name):
        log.info("rebuilding %s, version %d", projector.name, projector.version)
        parking = Parking(projector)
        position = await fill(projector, pool, parking, progress, batch_max)
        position = await switch(Filled(projector, parking, position, batch_max), pool, now)
        progress(position, position)
        log.info("rebuilt %s up to position %d", projector.name, position)


# The two numbers make one lock of this read model's rebuilds; the first says that it is about rebuilds.
REBUILDS = 7_301
LOCK = "SELECT pg_try_advisory_lock($1, hashtext($2))"
UNLOCK = "SELECT pg_advisory_unlock($1, hashtext($2))"


@asynccontextmanager
async def only_rebuild(pool: asyncpg.Pool, name: str) -> AsyncIterator[None]:
    """Hold the right to rebuild for as long as the connection lives: it outlasts the transactions of the filling."""
    async with pool.acquire() as connection:
        if not await connection.fetchval(LOCK, REBUILDS, name):
            raise RebuildUnderWay(name)
        try:
            yield
        finally:
            if not connection.is_closed():
                await connection.execute(UNLOCK, REBUILDS, name)


async def fill(
    projector: Projector, pool: asyncpg.Pool, parking: Parking, progress: Progress, batch_max: int
) -> int:
    """New tables in the schema beside, up to less than a batch before the log's end. Returns how far they are."""
    async with pool.acquire() as connection:
        async with connection.transaction():
            await make_tables(connection, projector, NEXT)
        reader, position = PostgresStore(connection), 0
        while True:
            async with connection.transaction():
                page = await reader.read_log(position, batch_max)
                await work_in(connection, NEXT)
                await parking.apply(connection, page)
            position = page[-1].position if page else position
            progress(position, await reader.last_position())
            if len(page) < batch_max:
                # Tables that were never analysed get bad plans, and readers get them the moment we switch.
                await connection.execute(f"ANALYZE {qualified(NEXT, projector.table_names)}")
                return position
