"""The honest classic: lock the event's row, look, take, keep the booking, commit."""

import asyncpg

from cli.bench.sides.classic import Book, Booking, SoldOut, classic
from cli.bench.sides.ledger import check_counter, on_sale
from cli.bench.sides.side import Side

LOCK = "SELECT available, price FROM bench.events WHERE id = $1 FOR UPDATE"

TAKE = "UPDATE bench.events SET available = available - $2 WHERE id = $1"

KEEP = """INSERT INTO bench.bookings (id, event_id, customer_id, code, quantity, created_at, total)
          VALUES ($1, $2, $3, $4, $5, $6, $7)"""

# The same in one statement: the row is locked for one round trip and the commit instead of for four.
AT_ONCE = """WITH taken AS (
                 UPDATE bench.events SET available = available - $5 WHERE id = $2 AND available >= $5 RETURNING price
             )
             INSERT INTO bench.bookings (id, event_id, customer_id, code, quantity, created_at, total)
             SELECT $1, $2, $3, $4, $5, $6, $5 * price FROM taken RETURNING total"""


async def book(pool: "asyncpg.Pool", booking: Booking, _seats: tuple[str, ...]) -> int:
    """As taught: five round trips, four of them under the lock."""
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(LOCK, booking.event_id)
        if row is None or row["available"] < booking.quantity:
            raise SoldOut
        await connection.execute(TAKE, booking.event_id, booking.quantity)
        total: int = booking.quantity * row["price"]
        await connection.execute(KEEP, *booking, total)
    return total


async def book_at_once(pool: "asyncpg.Pool", booking: Booking, _seats: tuple[str, ...]) -> int:
    """As tuned: the fastest form of a row lock that we know."""
    total: int | None = await pool.fetchval(AT_ONCE, *booking)
    if total is None:
        raise SoldOut
    return total


def _side(name: str, how: Book) -> Side:
    return Side(name, classic(how), on_sale, check_counter)


ROW_LOCK = _side("row-lock", book)
ONE_STATEMENT = _side("one-statement", book_at_once)
