"""What is in the log, to be held against what was acknowledged."""

from collections import Counter
from dataclasses import dataclass

import asyncpg

from domain.codec import CODEC
from domain.show.facts import SeatsBooked
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_log
from eventstore.verify import Verifier


@dataclass(frozen=True)
class Found:
    """`bookings` and `places` (seats, or areas as often as they were sold), each as often as it is there."""

    facts: int
    bookings: Counter[str]
    places: Counter[str]
    commands: Counter[str]
    is_whole: bool

    @property
    def twice(self) -> int:
        """Bookings and commands that are there more than once."""
        return sum(times - 1 for times in (*self.bookings.values(), *self.commands.values()))


async def found_in(dsn: str) -> Found:
    """Every booking in the log of a database, and whether its chain of hashes verifies."""
    verifier = Verifier()
    bookings, places, commands = Counter[str](), Counter[str](), Counter[str]()
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        async for page in whole_log(PostgresStore(pool)):
            for recorded in page:
                verifier.check(recorded)
                fact = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
                if isinstance(fact, SeatsBooked):
                    bookings[fact.booking_id] += 1
                    commands[recorded.command_id] += 1
                    places.update(ticket.seat or ticket.area or "" for ticket in fact.tickets)
    return Found(verifier.facts, bookings, places, commands, verifier.first_bad is None)
