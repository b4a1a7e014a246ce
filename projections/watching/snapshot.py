"""What the read tables say of a show at one moment, and up to which positions of the log they say it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg

from projections.availability import PROJECTOR as AVAILABILITY
from projections.bookings import PROJECTOR as BOOKINGS

NAMES = (BOOKINGS.name, AVAILABILITY.name)
VERSIONS = (BOOKINGS.version, AVAILABILITY.version)

POSITIONS = """SELECT c.subscription, c.position FROM eventstore.checkpoints AS c
               JOIN projections.projectors AS p ON p.name = c.subscription
               JOIN unnest($1::text[], $2::integer[]) AS w (name, version) ON w.name = p.name AND w.version = p.version
               WHERE c.log_id = 1 AND NOT EXISTS (
                   SELECT FROM eventstore.parked AS k
                   WHERE k.log_id = 1 AND k.subscription = c.subscription AND k.stream = $3)"""

BOOKING_ROWS = """SELECT booking_id::text AS id, show_id::text, customer_id::text, person_id::text, customer_name,
                         customer_email, code, status, expires_at, total, paid, refund, currency, tickets::text,
                         cancelled::text, refunded::text, created_at
                  FROM projections.bookings WHERE booking_id = ANY ($1::text[]::uuid[])"""

BOOKING_COUNT = "SELECT count(*) FROM projections.bookings WHERE show_id = $1::text::uuid"

AVAILABILITY_ROW = """SELECT draft, stock::text, capacity, held, sold, blocked, available, sold_out,
                             by_ticket_type::text
                      FROM projections.availability WHERE show_id = $1::text::uuid"""


class Snapshot(NamedTuple):
    """`positions` has the read models that can be compared: made by this code, and the show not set aside."""

    positions: dict[str, int]
    bookings: dict[str, Any]
    booking_count: int
    availability: Any


async def positions(pool: "asyncpg.Pool", stream: str) -> dict[str, int]:
    """How far each read model has got that can be compared."""
    return _by_name(await pool.fetch(POSITIONS, NAMES, VERSIONS, stream))


async def snapshot(pool: "asyncpg.Pool", stream: str, show_id: str, booking_ids: Sequence[str]) -> Snapshot:
    """All of one moment. It is over before anything is folded, so a rebuild that changes over does not wait for us."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        reached = _by_name(await connection.fetch(POSITIONS, NAMES, VERSIONS, stream))
        rows = await connection.fetch(BOOKING_ROWS, booking_ids) if BOOKINGS.name in reached else []
        count = await connection.fetchval(BOOKING_COUNT, show_id) if BOOKINGS.name in reached else 0
        row = await connection.fetchrow(AVAILABILITY_ROW, show_id) if AVAILABILITY.name in reached else None
    return Snapshot(reached, {each["id"]: each for each in rows}, count, row)


def _by_name(rows: Sequence[Any]) -> dict[str, int]:
    return {name: position for name, position in rows}  # noqa: C416 - `dict` takes a record for no pair
