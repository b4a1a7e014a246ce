"""A log that is long: bookings of three to five facts, by people with keys."""

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from cli.bench.rounds import How
from cli.bench.season.codes import Codes
from cli.bench.season.customers import Customer, customers
from cli.bench.season.writing import Writing, in_bulk
from cli.bench.stage import Stage
from cli.people import people
from cli.secrets import master_key
from domain.money import Money
from domain.seating_plan import general_admission
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    HoldExtended,
    Payment,
    SeatsHeld,
    ShowFact,
    ShowPublished,
    ShowScheduled,
    TicketHolderNamed,
)
from domain.show.offer import Offer
from domain.show.ticket import Ticket
from runtime.ids import new_id, utc_now

FACTS = 5_000_000
"""At scale 1."""
PER_BOOKING = 4
"""On average."""
SHOW_BOOKINGS = 500
SAMPLED_MAX = 5_000
CUSTOMERS_EVERY = 20
"""One for so many bookings."""
WINDOW = timedelta(minutes=10)
PRICE = Money(5_000, "EUR")


class LongLog(NamedTuple):
    """`sampled` are some of its bookings, from all over it."""

    facts: int
    sampled: list[str]


async def long_log(stage: Stage, how: How) -> LongLog:
    """Written as fast as the store takes it. What is written is what the domain could have decided."""
    now, chance = utc_now(), Random(1)  # noqa: S311 - nothing here is a secret
    shows = max(1, round(FACTS * how.scale / PER_BOOKING / SHOW_BOOKINGS))
    how.say(f"writing a log of some {shows * SHOW_BOOKINGS * PER_BOOKING:,} facts")
    async with people(stage.dsn, master_key(stage.settings)) as known:
        number = max(1, shows * SHOW_BOOKINGS // CUSTOMERS_EVERY)
        buyers = await customers(stage.database, known, number, now, chance)
    sampled, every = list[str](), max(1, shows * SHOW_BOOKINGS // SAMPLED_MAX)
    async with in_bulk(stage.database):
        writing, house = Writing(stage.database), _House(buyers, chance, now)
        for number in range(shows):
            show_id, booked = new_id(), list[str]()
            await writing.write({f"show-{show_id}": house.show(show_id, booked)}, now)
            sampled += [
                each for place, each in enumerate(booked, start=number * SHOW_BOOKINGS) if place % every == 0
            ]
        await writing.done()
    await stage.database.execute("VACUUM ANALYZE eventstore.events")
    chance.shuffle(sampled)
    return LongLog(writing.facts, sampled)


class _House:
    """Where one show follows the other."""

    def __init__(self, buyers: list[Customer], chance: Random, now: datetime) -> None:
        self._buyers = buyers
        self._chance = chance
        self._now = now
        self._codes = Codes()

    def show(self, show_id: str, booked: list[str]) -> list[ShowFact]:
        """All that happens to a show; `booked` gets the ids of its bookings."""
        now, offer = self._now, Offer(new_id(), "Standing", PRICE)
        plan, starts_at = general_admission(SHOW_BOOKINGS), self._now + timedelta(days=30)
        facts: list[ShowFact] = [
            ShowScheduled(
                show_id, "Bench", "House", "Europe/Berlin", starts_at, plan, (offer,), now,
                payment_window_seconds=600,
            ),
            ShowPublished(show_id, now),
        ]  # fmt: skip
        begun: list[list[ShowFact]] = []
        for _ in range(SHOW_BOOKINGS):
            booking_id = new_id()
            booked.append(booking_id)
            begun.append(self._booking(show_id, booking_id, offer))
        # Others book meanwhile: the facts of one booking are not neighbours.
        for step in range(5):
            facts += [own[step] for own in begun if step < len(own)]
        return facts

    def _booking(self, show_id: str, booking_id: str, offer: Offer) -> list[ShowFact]:
        now, buyer = self._now, self._chance.choice(self._buyers).person
        ticket = Ticket(new_id(), self._codes.next(), offer.id, offer.name, PRICE, area="General")
        all_facts: list[ShowFact] = [
            SeatsHeld(show_id, booking_id, self._codes.next(), buyer, (ticket,), PRICE, now + WINDOW, now),
            HoldExtended(show_id, booking_id, now + 2 * WINDOW, now),
            BookingConfirmed(show_id, booking_id, now, Payment("pi", PRICE)),
            TicketHolderNamed(show_id, booking_id, ticket.id, buyer.name, now),
            BookingCancelled(show_id, booking_id, (ticket.id,), PRICE, now),
        ]
        return all_facts[: self._chance.choice((3, 4, 5))]
