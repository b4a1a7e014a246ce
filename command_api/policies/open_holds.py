"""The holds that are open, followed from the log."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import asyncpg.pool

from domain.codec import CODEC
from domain.show.facts import BookingConfirmed, BookingExpired, HoldExtended, SeatsHeld
from eventstore.facts import RecordedFact

Connection = asyncpg.pool.PoolConnectionProxy

OPENED = """INSERT INTO command_api.open_holds (booking_id, show_id, expires_at)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
            ON CONFLICT (booking_id) DO UPDATE SET expires_at = excluded.expires_at"""

ENDED = "DELETE FROM command_api.open_holds WHERE booking_id = ANY ($1::uuid[])"

DUE = """SELECT DISTINCT show_id::text FROM command_api.open_holds WHERE expires_at < $1 LIMIT $2"""

RELEASED = "DELETE FROM command_api.open_holds WHERE show_id = $1::uuid AND expires_at < $2"

NEXT = "SELECT min(expires_at) FROM command_api.open_holds"

FOLLOWED = frozenset(
    CODEC.key(fact)[0] for fact in (SeatsHeld, HoldExtended, BookingConfirmed, BookingExpired)
)


async def follow(connection: Connection, facts: Sequence[RecordedFact]) -> None:
    """Take in the next facts of the log.

    A cancelled hold stays until it is due: then there is nothing to release, which costs less than to tell a whole
    cancellation from a partial one here.
    """
    opened: dict[str, SeatsHeld | HoldExtended] = {}
    ended: list[str] = []
    for recorded in facts:
        if recorded.name not in FOLLOWED:
            continue
        fact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
        if isinstance(fact, SeatsHeld | HoldExtended):
            opened[fact.booking_id] = fact
        elif opened.pop(fact.booking_id, None) is None:
            ended.append(fact.booking_id)
    if opened:
        holds = list(opened.values())
        columns = ([h.booking_id for h in holds], [h.show_id for h in holds], [h.expires_at for h in holds])
        await connection.execute(OPENED, *columns)
    if ended:
        await connection.execute(ENDED, ended)


FORGET = "DELETE FROM command_api.open_holds"


async def forget(connection: Connection) -> None:
    """The log that was followed is gone: what comes next is another one's first fact."""
    await connection.execute(FORGET)


async def due(pool: asyncpg.Pool, now: datetime, shows_max: int) -> list[str]:
    """The shows with a hold that has run out by `now`, at most `shows_max` of them."""
    return [row[0] for row in await pool.fetch(DUE, now, shows_max)]


async def released(pool: asyncpg.Pool, show_id: str, now: datetime) -> None:
    """The holds of a show up to `now` have been dealt with."""
    await pool.execute(RELEASED, show_id, now)


async def next_expiry(pool: asyncpg.Pool) -> datetime | None:
    """When the next open hold runs out; None without any."""
    moment: datetime | None = await pool.fetchval(NEXT)
    return moment
