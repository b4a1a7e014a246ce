"""The moment in which rebuilt tables take the place of the live ones."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from time import monotonic

import asyncpg

from eventstore.postgres.log_pages import read_page
from eventstore.postgres.store import PostgresStore
from projections.applying import Connection
from projections.following.leases import Lease, lease
from projections.projector import Projector
from projections.rebuilding.filling import Filling
from projections.schema import LIVE, NEXT, drop_tables, live_tables, qualified, record, work_in

SWITCH_SECONDS_MAX = 60.0
# The lease is free for a moment after every batch. A lock is kept from us by somebody who reads for long; while we wait
# for it all others wait behind us, so we ask for a short time and then let them through for a longer one.
LEASE_AGAIN_SECONDS = 0.005
LOCKS_AGAIN_SECONDS = 0.5


class SwitchFailed(Exception):
    """The live tables were busy for too long. They are as they were; the next rebuild starts from nothing."""


class TablesBusy(Exception):
    """Somebody reads them at this moment: to be tried again, unlike a database that does not answer."""


async def switch(filling: Filling, pool: asyncpg.Pool, now: Callable[[], datetime]) -> int:
    """Put the filled tables in place of the live ones; returns where the checkpoint then stands.

    Raises `SwitchFailed` when lease and locks cannot be had within a minute.
    """
    name = filling.projector.name
    deadline = monotonic() + SWITCH_SECONDS_MAX
    while monotonic() < deadline:
        try:
            async with lease(pool, name) as held:
                if held is not None:
                    return await switch_under(held, filling, now())
            await asyncio.sleep(LEASE_AGAIN_SECONDS)
        except TablesBusy:
            await asyncio.sleep(LOCKS_AGAIN_SECONDS)
    raise SwitchFailed(f"the tables of {name} could not be switched within {SWITCH_SECONDS_MAX:.0f} s")


UNPARK_ALL = "DELETE FROM eventstore.parked WHERE log_id = 1 AND subscription = $1"


async def switch_under(held: Lease, filling: Filling, now: datetime) -> int:
    """The same, holding the lease: nobody writes to the live tables, so what is left to catch up is little."""
    connection, projector = held.connection, filling.projector
    live = await live_tables(connection, projector.name)
    # Where a log that is not this one had got to is nowhere to get.
    position, recorded_at = await catch_up(connection, filling, held.position if held.stands else 0)
    try:
        await take_places(connection, projector, live)
    except asyncpg.LockNotAvailableError as error:
        raise TablesBusy from error
    await record(connection, projector, now)
    await connection.execute(UNPARK_ALL, projector.name)
    await filling.parking.save(connection, now)
    await held.advance(position, recorded_at)
    return position


async def catch_up(connection: Connection, filling: Filling, to: int) -> tuple[int, datetime | None]:
    """Fill on until at least `to` and the log's end. Returns the position reached and when its fact was recorded."""
    await work_in(connection, NEXT)
    position = filling.position
    while True:
        page = await read_page(connection, position, filling.projector.unconcerned, filling.batch_max)
        await filling.parking.apply(connection, page.facts)
        position = page.reached
        if position >= to and position == page.head:
            break
    last = await PostgresStore(connection).read_log(position - 1, 1)
    return position, last[0].recorded_at if last else None


# A reader that joins two tables holds one lock and waits for the other. If it and we ever wait for each other, we must
# be the one who gives up: our patience is shorter than the second after which PostgreSQL would pick a victim.
SHORT_PATIENCE = "SET LOCAL lock_timeout = '100ms'"


async def take_places(connection: Connection, projector: Projector, live_tables: list[str]) -> None:
    """Old tables out, new ones in. Readers wait meanwhile, and then find the new tables by the old names."""
    await connection.execute(SHORT_PATIENCE)
    if live_tables:
        await connection.execute(f"LOCK TABLE {qualified(LIVE, live_tables)} IN ACCESS EXCLUSIVE MODE")
    await drop_tables(connection, LIVE, live_tables)
    for table in projector.table_names:
        await connection.execute(f"ALTER TABLE {qualified(NEXT, [table])} SET SCHEMA {LIVE}")
