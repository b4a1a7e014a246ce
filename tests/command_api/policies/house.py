"""A show with its writers and as many runs of the policies as a test wants, on a real log and a clock that is set."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from prometheus_client import CollectorRegistry

from command_api.aggregates import SHOW
from command_api.policies.run import Policies
from command_api.policies.sending import Sending
from command_api.writing.answer import Answer
from command_api.writing.limits import WriteLimits
from command_api.writing.observed import WriteMetrics
from command_api.writing.pending import Pending
from command_api.writing.writers import Writers
from domain.codec import CODEC
from domain.money import Money
from domain.personal import Person
from domain.seating_plan import general_admission
from domain.show.commands import BookSeats, CancelShow, ConfirmBooking, ScheduleShow, Wanted
from domain.show.facts import Payment
from domain.show.offer import Offer
from domain.show.state import Show
from domain.show.ticket import NewTicket
from eventstore.hashing import canonical
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from runtime.database import is_unavailable
from runtime.ids import new_code, new_id, utc_now
from runtime.notices import LOG_CHANNEL, Listener, Notifier

PRICE = Money(2000, "EUR")
SECONDS_MAX = 60.0
"""How long anything that is waited for may take."""


class Clock:
    """The time it is, plus `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


class Process:
    """What one process of the command side has: writers, a notifier, and its run of the policies."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._listener = Listener(pool, LOG_CHANNEL)
        self._notifier = Notifier(pool, LOG_CHANNEL)
        metrics = WriteMetrics(CollectorRegistry())
        self.writers = Writers(PostgresStore(pool), clock, metrics, WriteLimits(), self._notifier.poke)
        self.sending = Sending(self.writers)
        self.policies = Policies(pool, self.writers, self._listener, clock)
        self._running: asyncio.Task[None] | None = None

    def start_policies(self) -> None:
        self._running = asyncio.create_task(self.policies.run())

    async def stop_policies(self) -> None:
        """Wherever they are."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
            self._running = None

    async def close(self) -> None:
        await self.stop_policies()
        await self._listener.close()
        await self.writers.close()
        await self._notifier.close()


class House:
    """One database with any number of processes on it; the first serves the commands of tests."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.clock = Clock()
        self.log = PostgresStore(pool)
        self.processes: list[Process] = []
        self.desk = self.process()

    def process(self) -> Process:
        made = Process(self.pool, self.clock)
        self.processes.append(made)
        return made

    async def give(self, show_id: str, command: Any) -> int:
        """How many facts it caused."""
        loop = asyncio.get_running_loop()
        pending = Pending(
            command=command,
            command_id=new_id(),
            fingerprint=None,
            metadata=canonical({"by": {"id": "test", "role": "policy"}, "command": type(command).__name__}),
            check=None,
            render=lambda _show, facts: Answer(200, b"%d" % len(facts)),
            future=loop.create_future(),
            deadline=loop.time() + 10,
        )
        reply = await self.desk.writers.carry_out(SHOW, show_id, pending)
        return int(reply.answer.body)

    async def show(self, capacity: int, window: int | None = 600) -> str:
        show_id = new_id()
        offers = (Offer(new_id(), "General", PRICE),)
        starts_at = self.clock() + timedelta(days=100)
        plan, zone = general_admission(capacity), "Europe/Rome"
        command = ScheduleShow(
            show_id,
            "Tosca",
            "Hall",
            zone,
            starts_at,
            plan,
            offers,
            self.clock(),
            payment_window_seconds=window,
        )
        await self.give(show_id, command)
        return show_id

    async def book(self, show_id: str, bookings: int, *, paid: bool = True, tickets: int = 1) -> list[str]:
        """So many bookings, several at a time; their ids."""
        ids = [new_id() for _ in range(bookings)]
        for first in range(0, bookings, 500):
            batch = ids[first : first + 500]
            await asyncio.gather(*(self._book(show_id, each, paid=paid, tickets=tickets) for each in batch))
        return ids

    async def _book(self, show_id: str, booking_id: str, *, paid: bool, tickets: int) -> None:
        customer = Person("Ana", f"{booking_id}@example.org")
        fresh = tuple(NewTicket(new_id(), new_code(16)) for _ in range(tickets))
        payment = Payment(f"pi_{booking_id}", Money(PRICE.amount * tickets, "EUR")) if paid else None
        command = BookSeats(
            show_id, booking_id, new_code(), customer, (Wanted(tickets),), fresh, self.clock(), payment
        )
        await self.give(show_id, command)

    async def pay(self, show_id: str, booking_id: str) -> int:
        payment = Payment(f"pi_{booking_id}", PRICE)
        return await self.give(show_id, ConfirmBooking(show_id, booking_id, self.clock(), payment))

    async def cancel(self, show_id: str) -> None:
        await self.give(show_id, CancelShow(show_id, self.clock(), "fire"))

    async def facts(self, show_id: str, name: str) -> list[Any]:
        """The facts of that name about a show, oldest first."""
        found: list[Any] = []
        async for page in whole_stream(self.log, SHOW.stream(show_id)):
            found += [
                CODEC.decode(fact.name, fact.schema_version, fact.data) for fact in page if fact.name == name
            ]
        return found

    async def count(self, show_id: str, name: str) -> int:
        found: int = await self.pool.fetchval(COUNT, SHOW.stream(show_id), name)
        return found

    async def folded(self, show_id: str) -> Show:
        show = Show()
        async for page in whole_stream(self.log, SHOW.stream(show_id)):
            for fact in page:
                show = SHOW.evolve(show, CODEC.decode(fact.name, fact.schema_version, fact.data))
        return show

    async def until(self, come_true: Callable[[], Awaitable[bool]], seconds: float = SECONDS_MAX) -> None:
        """Ask the database again and again, through cut connections too; fails at the deadline."""
        async with asyncio.timeout(seconds):
            while not await self._is_true(come_true):
                pass

    async def _is_true(self, come_true: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await come_true()
        except Exception as error:
            if not is_unavailable(error.__cause__ or error):
                raise
            return False

    async def listed(self) -> Sequence[str]:
        """The cancelled shows that are not finished with."""
        rows = await self.pool.fetch("SELECT show_id::text FROM command_api.cancelled_shows")
        return [row[0] for row in rows]


COUNT = "SELECT count(*) FROM eventstore.events WHERE stream = $1 AND name = $2"


@asynccontextmanager
async def house(pool: asyncpg.Pool) -> AsyncIterator[House]:
    made = House(pool)
    try:
        yield made
    finally:
        for process in made.processes:
            await process.close()
