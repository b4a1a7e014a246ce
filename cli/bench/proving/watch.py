"""Scenario `watch`: selling while the log is watched, and while it is not."""

from collections.abc import Iterator
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

from cli.bench.goals import at_least
from cli.bench.projecting.work import ratio_of_rates, work_figures
from cli.bench.proving.beside import worked_beside
from cli.bench.proving.working import alternated, worked
from cli.bench.proving.writer import appended
from cli.bench.rounds import How
from cli.bench.stage import Stage
from domain.codec import CODEC
from domain.money import Money
from domain.personal import Person
from domain.seating_plan import general_admission
from domain.show.facts import BookingConfirmed, SeatsHeld, ShowFact, ShowPublished, ShowScheduled
from domain.show.offer import Offer
from domain.show.ticket import Ticket
from domain.tags import tags
from eventstore.facts import NewFact
from eventstore.hashing import EMPTY, canonical
from eventstore.postgres.store import PostgresStore
from runtime.ids import new_id, utc_now

BOOKINGS = 25
"""In one append, each with its payment: fifty facts, as group commit makes them in an on-sale."""
CAPACITY = 5_000
"""A show that is sold out is followed by the next."""

METADATA = canonical({"by": {"id": "bench", "role": "customer"}, "command": "BookSeats"})
PRICE = Money(5_000, "EUR")
GUEST = Person("guest", "guest@example.org")

WATCHED_TO = """SELECT coalesce(max(position), 0) FROM eventstore.checkpoints
                WHERE log_id = 1 AND subscription = 'watch'"""


async def watch(stage: Stage, how: How) -> dict[str, Any]:
    """One writer appends fifty facts at a time as fast as it can, with `seatledger watch` beside it in every other
    turn, which has seen all that came before.
    """
    writer = _Writer(stage)
    await writer.append(min(1.0, how.seconds))
    append = partial(writer.append, how.seconds)
    works = await alternated(
        how,
        {
            "watched": lambda: worked_beside(stage, "watch", {}, WATCHED_TO, append),
            "not watched": lambda: worked(stage, append),
        },
    )
    return {
        "appending_watched_to_not_watched": ratio_of_rates(works["watched"], works["not watched"]),
        "goals": {"appending_watched_to_not_watched": at_least(1 / 1.15)},
        "works": {name: work_figures(each) for name, each in works.items()},
    }


class _Writer:
    """Sells one show after the other."""

    def __init__(self, stage: Stage) -> None:
        self._store = PostgresStore(stage.database)
        self._numbers = count(1)

    async def append(self, seconds: float) -> int:
        """For so long; how many facts."""
        facts, until = 0, perf_counter() + seconds
        while perf_counter() < until:
            show_id, head = new_id(), EMPTY
            for new in self._batches(show_id):
                head = await appended(self._store, f"show-{show_id}", head, new)
                facts += len(new)
                if perf_counter() >= until:
                    break
        return facts

    def _batches(self, show_id: str) -> Iterator[list[NewFact]]:
        """All of a show: put on sale, then sold out."""
        now, offer = utc_now(), Offer(new_id(), "Standing", PRICE)
        plan = general_admission(CAPACITY)
        show = ShowScheduled(show_id, "Bench", "House", "Europe/Berlin", now, plan, (offer,), now)
        yield [_encoded(show), _encoded(ShowPublished(show_id, now))]
        for _ in range(CAPACITY // BOOKINGS):
            yield [_encoded(fact) for _ in range(BOOKINGS) for fact in self._booking(show_id, offer)]

    def _booking(self, show_id: str, offer: Offer) -> tuple[ShowFact, ShowFact]:
        now, booking_id, code = utc_now(), new_id(), f"BENCH-{next(self._numbers)}"
        ticket = Ticket(new_id(), code, offer.id, offer.name, offer.price, area="General")
        held = SeatsHeld(show_id, booking_id, code, GUEST, (ticket,), PRICE, now, now)
        return held, BookingConfirmed(show_id, booking_id, now)


def _encoded(fact: ShowFact) -> NewFact:
    name, version, data = CODEC.encode(fact)
    return NewFact(name, version, data, METADATA, tags(fact), new_id())
