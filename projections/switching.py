"""The moment in which rebuilt tables take the place of the live ones."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from time import monotonic

import asyncpg

from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresLease, PostgresSubscriptions
from projections.parking import Parking
from projections.projector import Projector
from projections.schema import LIVE, NEXT, drop_tables, qualified, record, standing, work_in

SWITCH_SECONDS_MAX = 60.0
TRY_AGAIN_SECONDS = 0.005


class SwitchFailed(Exception):
    """The live tables were busy for too long. They are as they were; the rebuilt ones are dropped by the next rebuild."""


async def switch(
    projector: Projector,
    pool: asyncpg.Pool,
    position: int,
    parking: Parking,
    batch_max: int,
    now: Callable[[], datetime],
) -> int:
    """Put the tables that were filled up to `position` in place of the live ones; returns the checkpoint's new position.

    Raises `SwitchFailed` when lease or locks cannot be had within a minute.
    """
    subscriptions = PostgresSubscriptions(pool)
    deadline = monotonic() + SWITCH_SECONDS_MAX
    while monotonic() < deadline:
        try:
            async with subscriptions.lease(projector.name) as lease:
                if lease is not None:
                    return await switch_under(lease, projector, position, parking, batch_max, now())
        except asyncpg.LockNotAvailableError:
            pass
        await asyncio.sleep(TRY_AGAIN_SECONDS)
    raise SwitchFailed(
        f"the tables of {projector.name} could not be switched within {SWITCH_SECONDS_MAX:.0f} s"
    )


# A reader that joins two tables holds one lock and waits for the other. If it and we ever wait for each other, we must be
# the one who gives up, so our patience is shorter than the second after which PostgreSQL would pick a victim.
SHORT_PATIENCE = "SET LOCAL lock_timeout = '500ms'"


async def switch_under(
    lease: PostgresLease, projector: Projector, position: int, parking: Parking, batch_max: int, now: datetime
) -> int:
    """The same, holding the lease: nobody writes to the live tables, so what is left to catch up is little."""
    connection = lease.connection
    live = await standing(connection, projector.name)
    await work_in(connection, NEXT)
    reader, recorded_at = PostgresStore(connection), None
    while page := await reader.read_log(position, batch_max):
        await parking.apply(connection, page)
        position, recorded_at = page[-1].position, page[-1].recorded_at
        if position >= lease.position and len(page) < batch_max:
            break
    await connection.execute(SHORT_PATIENCE)
    if live.tables:
        await connection.execute(f"LOCK TABLE {qualified(LIVE, live.tables)} IN ACCESS EXCLUSIVE MODE")
    await drop_tables(connection, LIVE, live.tables)
    for table in projector.table_names:
        await connection.execute(f"ALTER TABLE {qualified(NEXT, [table])} SET SCHEMA {LIVE}")
    await record(connection, projector, now)
    await connection.execute(UNPARK_ALL, projector.name)
    await parking.save(connection, now)
    await lease.advance(position, recorded_at)
    return position


UNPARK_ALL = "DELETE FROM eventstore.parked WHERE log_id = 1 AND subscription = $1"
