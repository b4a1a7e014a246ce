"""Places as rows, each booking takes the first that nobody else is just taking."""

import asyncpg

from cli.bench.sides.classic import Booking, SoldOut, classic
from cli.bench.sides.ledger import check_places, on_sale_with_places
from cli.bench.sides.side import Side

TAKE = """UPDATE bench.places SET booking_id = $2
          WHERE event_id = $1 AND number IN (
              SELECT number FROM bench.places WHERE event_id = $1 AND booking_id IS NULL
              ORDER BY number LIMIT $3 FOR UPDATE SKIP LOCKED)
          RETURNING number"""

KEEP = """INSERT INTO bench.bookings (id, event_id, customer_id, code, quantity, created_at, total)
          SELECT $1, $2, $3, $4, $5::int, $6, $5::int * price FROM bench.events WHERE id = $2 RETURNING total"""


async def book(pool: "asyncpg.Pool", booking: Booking, _seats: tuple[str, ...]) -> int:
    """No lock that two bookings share, so commits overlap."""
    async with pool.acquire() as connection, connection.transaction():
        places = await connection.fetch(TAKE, booking.event_id, booking.id, booking.quantity)
        if len(places) < booking.quantity:
            raise SoldOut
        total: int = await connection.fetchval(KEEP, *booking)
    return total


SKIP_LOCKED = Side("skip-locked", classic(book), on_sale_with_places, check_places)
