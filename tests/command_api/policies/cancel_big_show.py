"""Cancel a show with many bookings while its policy is killed again and again; print what it took.

python -m tests.command_api.policies.cancel_big_show [bookings] [kills]
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import asyncpg

from cli.migrations import migration_sources
from command_api.app import ROLE
from runtime.database import create_pool
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.migrations import migrate
from tests.command_api.policies.house import PRICE, House, house


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def run(own: House, bookings: int, kills: int) -> None:
    show = await own.show(bookings)
    begun = perf_counter()
    await own.book(show, bookings)
    say(f"booked and paid     {bookings} bookings in {perf_counter() - begun:.1f} s")
    await own.cancel(show)
    begun, killed = perf_counter(), 0
    for number in range(1, kills + 1):
        goal = bookings * number // (kills + 1)

        async def so_far(goal: int = goal) -> bool:
            return await own.count(show, "BookingCancelled") >= goal

        own.desk.start_policies()
        await own.until(so_far, 600)
        killed += await own.count(show, "BookingCancelled") < bookings
        await own.desk.stop_policies()
    own.desk.start_policies()

    async def finished() -> bool:
        return not await own.listed() and await own.count(show, "BookingCancelled") >= bookings

    await own.until(finished, 600)
    seconds = perf_counter() - begun
    say(f"cancelled in        {seconds:.1f} s, {bookings / seconds:.0f} bookings a second")
    say(f"killed on the way   {killed} times")
    cancelled = await own.facts(show, "BookingCancelled")
    different = len({fact.booking_id for fact in cancelled})
    say(f"cancellations       {len(cancelled)}, of {different} different bookings")
    say(f"refunded            {sum(fact.refund.amount for fact in cancelled)} of {bookings * PRICE.amount}")
    folded = await own.folded(show)
    standing = sum(booking.is_live for booking in folded.bookings.values())
    say(f"still standing      {standing}; free places {sum(folded.places.free.values())} of {bookings}")
    assert len(cancelled) == different == bookings
    assert all(booking.refunded == booking.paid == PRICE for booking in folded.bookings.values())


async def main(bookings: int, kills: int) -> None:
    with tempfile.TemporaryDirectory(prefix="big-show-") as folder:
        Path(folder).chmod(0o711)
        base = Path(folder) / "1"
        base.mkdir()
        with EmbeddedPostgres(base, durable=False) as server:
            connection = await asyncpg.connect(server.dsn)
            await migrate(connection, migration_sources())
            await connection.close()
            pool = await create_pool(
                server.dsn, role=ROLE, application_name="big show", min_size=1, max_size=8
            )
            async with house(pool) as own:
                await run(own, bookings, kills)
            await pool.close()


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(numbers + [20_000, 8][len(numbers) :])))
