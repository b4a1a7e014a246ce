"""One show that has sold a great deal, straight into the log."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from cli.bench.season.codes import Codes
from cli.bench.season.writing import Writing, in_bulk
from cli.bench.stage import Stage
from domain.money import Money
from domain.personal import Person
from domain.seating_plan import Row, SeatingPlan, Section, general_admission
from domain.show.facts import (
    BookingCancelled,
    BookingConfirmed,
    Payment,
    SeatsBooked,
    SeatsHeld,
    ShowFact,
    ShowPublished,
    ShowScheduled,
)
from domain.show.offer import Offer
from domain.show.ticket import Ticket
from runtime.ids import new_id, utc_now

ROW_SEATS = 100
AT_ONCE = 1_000
CANCELLED_EVERY = 10
WINDOW = timedelta(minutes=10)
PRICE = Money(5_000, "EUR")
GUEST = Person("guest", "guest@example.org")


async def write_show(stage: Stage, show_id: str, facts: Iterator[ShowFact]) -> int:
    """The show's facts, as its stream; how many there are."""
    async with in_bulk(stage.database):
        writing = Writing(stage.database)
        while batch := list(islice(facts, AT_ONCE)):
            await writing.write({f"show-{show_id}": batch}, utc_now())
        await writing.done()
    await stage.database.execute("VACUUM ANALYZE eventstore.events")
    return writing.facts


def seated_facts(show_id: str, bookings: int, seats: int) -> Iterator[ShowFact]:
    """Two seats a booking, held and paid; now and then one is given back."""
    now, offer, codes = utc_now(), Offer(new_id(), "Seat", PRICE), Codes()
    rows = tuple(Row(str(number), seats=ROW_SEATS) for number in range(1, seats // ROW_SEATS + 1))
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


def standing_facts(show_id: str, booking_ids: Iterable[str], capacity: int) -> Iterator[ShowFact]:
    """These bookings, of one standing place each, confirmed at once."""
    now, offer, codes = utc_now(), Offer(new_id(), "Standing", PRICE), Codes()
    plan, starts_at = general_admission(capacity), now + timedelta(days=30)
    yield ShowScheduled(show_id, "Bench", "Field", "Europe/Berlin", starts_at, plan, (offer,), now)
    yield ShowPublished(show_id, now)
    for booking_id in booking_ids:
        ticket = Ticket(new_id(), codes.next(), offer.id, offer.name, PRICE, area="General")
        yield SeatsBooked(show_id, booking_id, codes.next(), GUEST, (ticket,), PRICE, now)


def _seat(place: int) -> str:
    row, seat = divmod(place, ROW_SEATS)
    return f"Arena/{row + 1}/{seat + 1}"
