"""The classic for named seats: lock the rows of these seats, see that they are free, take them, keep the booking."""

import asyncpg

from cli.bench.sides.classic import Booking, SeatsTaken, classic
from cli.bench.sides.ledger import check_places, on_sale_with_places
from cli.bench.sides.ours import ROW_SEATS
from cli.bench.sides.side import Side
from cli.bench.sides.skip_locked import KEEP

LOCK = """SELECT number FROM bench.places WHERE event_id = $1 AND number = ANY ($2) AND booking_id IS NULL
          ORDER BY number FOR UPDATE"""

TAKE = "UPDATE bench.places SET booking_id = $3 WHERE event_id = $1 AND number = ANY ($2)"


async def book(pool: "asyncpg.Pool", booking: Booking, seats: tuple[str, ...]) -> int:
    """Who books other seats waits for nothing."""
    numbers = [_number(seat) for seat in seats]
    async with pool.acquire() as connection, connection.transaction():
        if len(await connection.fetch(LOCK, booking.event_id, numbers)) < len(numbers):
            raise SeatsTaken
        await connection.execute(TAKE, booking.event_id, numbers, booking.id)
        total: int = await connection.fetchval(KEEP, *booking)
    return total


def _number(seat: str) -> int:
    """Which row of the table it is: they are numbered from 1, row after row."""
    _section, row, place = seat.split("/")
    return (int(row) - 1) * ROW_SEATS + int(place)


SEAT_LOCK = Side("seat-lock", classic(book), on_sale_with_places, check_places)
