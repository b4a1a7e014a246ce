"""Scenario `as-of`: a busy event as it was, asked of the audit floor, beside folding its facts and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import httpx

from cli.bench.goals import at_most
from cli.bench.projecting.work import ratio_of_rates, work_figures
from cli.bench.proving.working import in_turns
from cli.bench.rounds import How
from cli.bench.season.codes import Codes
from cli.bench.season.writing import Writing, in_bulk
from cli.bench.server_process import serving
from cli.bench.sides.read_side import READ_SIDE
from cli.bench.stage import Stage
from cli.stopped import Stopped
from domain.codec import CODEC
from domain.money import Money
from domain.personal import Person
from domain.seating_plan import Row, SeatingPlan, Section
from domain.show.evolve import evolve
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    Payment,
    SeatsHeld,
    ShowFact,
    ShowPublished,
    ShowScheduled,
)
from domain.show.offer import Offer
from domain.show.state import Show
from domain.show.ticket import Ticket
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from runtime.identity import Caller, Role
from runtime.ids import new_id, utc_now

BOOKINGS = 200_000
"""Of the event at scale 1; at the usual one there are 20,000."""
ROW_SEATS = 100
AT_ONCE = 1_000
CANCELLED_EVERY = 10
WINDOW = timedelta(minutes=10)
PRICE = Money(5_000, "EUR")
GUEST = Person("guest", "guest@example.org")
ASKED = {
    "as-of": "events/{event_id}/as-of",
    "availability": "events/{event_id}/availability",
    "seat-map": "events/{event_id}/seat-map",
    "revenue": "events/{event_id}/revenue",
    "overview": "statistics/overview",
}
"""The last one walks through the whole log, which is this one event."""


async def as_of(stage: Stage, how: How) -> dict[str, Any]:
    """Whole answers over HTTP, one at a time, each recorded, of all facts by position; what is folded beside it are the
    same facts, read, decoded and evolved.
    """
    bookings = max(ROW_SEATS, round(BOOKINGS * how.scale / ROW_SEATS) * ROW_SEATS)
    how.say(f"selling an event with {bookings:,} bookings")
    event_id, facts = await _sold(stage, bookings)
    async with (
        asyncpg.create_pool(stage.dsn, min_size=1, max_size=1) as pool,
        serving(stage, READ_SIDE) as server,
        httpx.AsyncClient(base_url=server.url, timeout=120) as client,
    ):
        auditor = Caller(new_id(), Role.AUDITOR, "Bench", "bench@example.org")
        headers = {"Authorization": f"Bearer {stage.token(auditor)}"}

        async def ask(what: str) -> int:
            path = f"/api/v1/audit/{ASKED[what].format(event_id=event_id)}?as_of_position={facts}"
            answer = await client.get(path, headers=headers)
            if answer.status_code != 200:
                raise Stopped(f"GET {path} answered {answer.status_code}: {answer.text[:500]}")
            return facts

        works = await in_turns(
            stage,
            how,
            {
                "fold": lambda: _folded(pool, f"show-{event_id}"),
                **{what: lambda what=what: ask(what) for what in ASKED},  # type: ignore[misc]
            },
        )
    # By rates, so upside down: how many times as long as the fold it takes.
    figures = {
        f"{what.replace('-', '_')}_to_fold": ratio_of_rates(works["fold"], works[what]) for what in ASKED
    }
    return {
        **figures,
        "goals": {name: at_most(1.2) for name in figures},
        "bookings": bookings,
        "works": {name: work_figures(each) for name, each in works.items()},
    }


async def _folded(pool: asyncpg.Pool, stream: str) -> int:
    show = Show()
    async for page in whole_stream(PostgresStore(pool), stream):
        for fact in page:
            evolve(show, CODEC.decode(fact.name, fact.schema_version, fact.data))
    return show.version


async def _sold(stage: Stage, bookings: int) -> tuple[str, int]:
    """The event's id, and how many facts it has."""
    async with in_bulk(stage.database):
        writing, event_id = Writing(stage.database), new_id()
        batch: list[ShowFact] = []
        for fact in _facts(event_id, bookings):
            batch.append(fact)
            if len(batch) == AT_ONCE:
                await writing.write({f"show-{event_id}": batch}, utc_now())
                batch = []
        if batch:
            await writing.write({f"show-{event_id}": batch}, utc_now())
        await writing.done()
    await stage.database.execute("VACUUM ANALYZE eventstore.events")
    return event_id, writing.facts


def _facts(show_id: str, bookings: int) -> Iterator[ShowFact]:
    """Two seats a booking, held and paid; now and then one is given back."""
    now, offer, codes = utc_now(), Offer(new_id(), "Seat", PRICE), Codes()
    rows = tuple(Row(str(number), seats=ROW_SEATS) for number in range(1, 2 * bookings // ROW_SEATS + 1))
    plan = SeatingPlan((Section("Arena", rows),))
    starts_at = now + timedelta(days=30)
    yield ShowScheduled(
        show_id, "Bench", "Arena", "Europe/Berlin", starts_at, plan, (offer,), now, payment_window_seconds=600
    )
    yield ShowPublished(show_id, now)
    for number in range(bookings):
        booking_id = new_id()
        tickets = tuple(
            Ticket(new_id(), codes.next(), offer.id, offer.name, PRICE, _seat(place))
            for place in (2 * number, 2 * number + 1)
        )
        due = Money(2 * PRICE.amount, PRICE.currency)
        yield SeatsHeld(show_id, booking_id, codes.next(), GUEST, tickets, due, now + WINDOW, now)
        yield BookingConfirmed(show_id, booking_id, now, Payment(f"pi_{number}", due))
        if number % CANCELLED_EVERY == 0:
            yield BookingCancelled(show_id, booking_id, (tickets[0].id,), PRICE, now)


def _seat(place: int) -> str:
    row, seat = divmod(place, ROW_SEATS)
    return f"Arena/{row + 1}/{seat + 1}"
