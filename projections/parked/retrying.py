"""Take a parked stream up again, once what was wrong with it is mended."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic

import asyncpg

from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from projections.following.leases import Lease, lease
from projections.parked.parking import Parking
from projections.projector import Projector
from projections.read_models import projector_named
from runtime.ids import utc_now
from runtime.privacy.keyring import Keyring

LEASE_SECONDS_MAX = 30.0
TRY_AGAIN_SECONDS = 0.005


class CannotRetry(Exception):
    """A worker held the lease all the time, or the live tables are of another version than this program's."""


PARKED = """SELECT stream FROM eventstore.parked WHERE log_id = 1 AND subscription = $1 ORDER BY position"""


async def parked_streams(name: str, pool: asyncpg.Pool) -> list[str]:
    """What there is to retry. Raises `NoSuchProjector`."""
    return [row[0] for row in await pool.fetch(PARKED, projector_named(name).name)]


async def retry(
    name: str,
    stream: str,
    pool: asyncpg.Pool,
    keyring: Keyring,
    *,
    now: Callable[[], datetime] = utc_now,
) -> bool:
    """Apply a parked stream's facts from the bad one on, in order. False when one of them still cannot be applied: then
    the stream is parked from there. A stream that is not parked is left alone, and that is True.

    Raises `NoSuchProjector`, `CannotRetry`, `StoreUnavailable`.
    """
    return await retry_with(projector_named(name), stream, pool, keyring, now=now)


async def retry_with(
    projector: Projector,
    stream: str,
    pool: asyncpg.Pool,
    keyring: Keyring,
    *,
    now: Callable[[], datetime] = utc_now,
) -> bool:
    """The same, with a projector that need not be among the known ones."""
    return await leased(projector, pool, lambda held: retry_under(held, projector, stream, keyring, now()))


async def leased(
    projector: Projector, pool: asyncpg.Pool, carry_out: Callable[[Lease], Awaitable[bool]]
) -> bool:
    """What `carry_out` says, holding the projector's lease. Raises `CannotRetry` when that cannot be had for long."""
    deadline = monotonic() + LEASE_SECONDS_MAX
    while monotonic() < deadline:
        async with lease(pool, projector.name) as held:
            if held is not None:
                return await carry_out(held)
        await asyncio.sleep(TRY_AGAIN_SECONDS)
    raise CannotRetry(f"{projector.name} is busy; stop its worker or try again")


UNPARK = """DELETE FROM eventstore.parked WHERE log_id = 1 AND subscription = $1 AND stream = $2
            RETURNING position"""


async def retry_under(
    held: Lease, projector: Projector, stream: str, keyring: Keyring, now: datetime
) -> bool:
    """The same, holding the lease: the stream joins the others exactly where the checkpoint stands."""
    if held.version not in (None, projector.version):
        raise CannotRetry(
            f"the tables of {projector.name} are of version {held.version}, this program has {projector.version}"
        )
    first = await held.connection.fetchval(UNPARK, projector.name, stream)
    if first is None:
        return True
    parking = Parking(projector, keyring)
    async for page in whole_stream(PostgresStore(held.connection), stream):
        await parking.apply(
            held.connection, [fact for fact in page if first <= fact.position <= held.position]
        )
    await parking.save(held.connection, now)
    # It stays where it is, and yet rows are others than they were: whoever keeps a copy must hear of it.
    await held.advance(held.position)
    return not parking.parked
