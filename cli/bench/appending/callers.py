"""Callers of the log who each append one fact at a time, to a stream of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from time import perf_counter
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry

from cli.bench.stage import Stage
from command_api.app import ROLE
from command_api.writing.aggregate import Aggregate
from command_api.writing.answer import Answer
from command_api.writing.limits import WriteLimits
from command_api.writing.observed import WriteMetrics
from command_api.writing.pending import Pending
from command_api.writing.writers import Writers
from domain.money import Money
from domain.personal import Person
from domain.show.facts import SeatsBooked
from domain.show.ticket import Ticket
from eventstore.hashing import canonical
from eventstore.postgres.store import PostgresStore
from runtime.database import create_pool
from runtime.ids import new_code, new_id, utc_now

METADATA = canonical({"by": {"id": "bench", "role": "customer"}, "command": "BookSeats"})
PRICE = Money(4_500, "EUR")
BUYER = Person("buyer", "buyer@example.org")
ANSWER = Answer(200, b"{}")


class Told(NamedTuple):
    """A command that has been decided already: its fact comes with it."""

    fact: SeatsBooked
    now: datetime


class Nothing:
    """State of somebody who only writes down."""

    def savepoint(self) -> "Nothing":
        return self

    def restored(self) -> "Nothing":
        return self


WRITTEN_DOWN = Aggregate("bench", Nothing, lambda told, _state: [told.fact], lambda state, _fact: state)


class Log:
    """The write path without HTTP and without decisions: its group commit, its encoding, its hashes."""

    def __init__(self, writers: Writers) -> None:
        self._writers = writers
        self._limits = WriteLimits()

    async def append(self, callers: int, seconds: float) -> int:
        """So many at once, each waiting for its commit before it comes again, for so long; how many facts."""
        until = perf_counter() + seconds
        return sum(await asyncio.gather(*(self._caller(until) for _ in range(callers))))

    async def _caller(self, until: float) -> int:
        stream, facts = new_id(), 0
        while perf_counter() < until:
            await self._writers.carry_out(WRITTEN_DOWN, stream, self._pending())
            facts += 1
        return facts

    def _pending(self) -> Pending:
        now, loop = utc_now(), asyncio.get_running_loop()
        return Pending(
            command=Told(_fact(now), now),
            command_id=new_id(),
            fingerprint=None,
            metadata=METADATA,
            check=None,
            render=_answer,
            future=loop.create_future(),
            deadline=loop.time() + self._limits.wait_seconds,
        )


@asynccontextmanager
async def log(stage: Stage) -> AsyncIterator[Log]:
    """Over a pool like the server's, with its role."""
    settings = stage.settings
    most = settings.pool_max_connections
    pool = await create_pool(
        stage.dsn, role=ROLE, application_name="seatledger bench", min_size=most, max_size=most
    )
    limits = WriteLimits(flights_max=settings.append_flights, batch_facts_max=settings.batch_facts_max)
    writers = Writers(PostgresStore(pool), utc_now, WriteMetrics(CollectorRegistry()), limits)
    try:
        yield Log(writers)
        await writers.close()
    finally:
        await pool.close()


def _fact(now: datetime) -> SeatsBooked:
    ticket = Ticket(new_id(), new_code(), "standing", "Standing", PRICE, area="General")
    return SeatsBooked("bench", new_id(), new_code(), BUYER, (ticket,), PRICE, now)


def _answer(_state: Any, _facts: list[Any]) -> Answer:
    return ANSWER
