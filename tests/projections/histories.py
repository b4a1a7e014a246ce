"""Random but true histories of one show: every fact was decided by the domain, on the state before it."""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import strategies as st

from domain.money import Money
from domain.refusal import Refused
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.commands import (
    BookSeats,
    CancelBooking,
    CloseSales,
    ConfirmBooking,
    ExpireHolds,
    ScheduleShow,
    ShowCommand,
    Wanted,
)
from domain.show.decide import decide, lapse
from domain.show.evolve import evolve
from domain.show.facts import Payment, ShowFact
from domain.show.offer import Offer
from domain.show.state import Show
from domain.show.ticket import NewTicket
from runtime.ids import new_code, new_id
from tests.projections.season import ANA
from tests.projections.writing import NOON

PLAN = SeatingPlan(
    (Section("Stalls", (Row("A", 3), Row("B", labels=("1", "2A")))), Section("Circle", (Row("A", 2),))),
    (Area("Gallery", 3),),
)
ANYWHERE = Offer(new_id(), "Anywhere", Money(4_000, "EUR"), quota=6)
SEATED = Offer(new_id(), "Seated", Money(9_000, "EUR"), ("Stalls", "Circle"))
STANDING = Offer(new_id(), "Standing", Money(2_000, "EUR"), ("Gallery",), quota=2)
OFFERS = (ANYWHERE, SEATED, STANDING)
SEATS = ("Stalls/A/1", "Stalls/A/3", "Stalls/B/2A", "Circle/A/2")

# What may be tried: a wish, the number of a booking, type or seat it is about (counted round), and how many minutes
# pass before it. Holds last ten minutes, so some are paid in time, some late, some never.
WISHES = st.sampled_from(
    ("book", "book seats", "confirm", "cancel", "cancel one", "expire") * 3 + ("book", "book seats", "close")
)
TRIES = st.lists(st.tuples(WISHES, st.integers(0, 6), st.integers(0, 4)), min_size=12, max_size=60)


Try = tuple[str, int, int]


def history(tries: list[Try], window: int | None = 600, on_sale: bool = True) -> tuple[Show, list[ShowFact]]:
    """A show with the facts that led to it: of each try whatever the domain decided, nothing where it refused."""
    show, facts, now = Show(), list[ShowFact](), NOON
    _add(show, facts, decide(schedule(window, on_sale), show))
    for wish, number, minutes in tries:
        now += timedelta(minutes=minutes)
        _add(show, facts, lapse(show, now))
        with suppress(Refused):
            _add(show, facts, decide(command(wish, number, show, now), show))
    return show, facts


def _add(show: Show, facts: list[ShowFact], decided: list[ShowFact]) -> None:
    for fact in decided:
        evolve(show, fact)
        facts.append(fact)


def schedule(window: int | None, on_sale: bool) -> ScheduleShow:
    return ScheduleShow(
        new_id(), "La Bohème", "Teatro Regio", "Europe/Rome", NOON + timedelta(days=2), PLAN, OFFERS, NOON,
        payment_window_seconds=window, on_sale=on_sale,
    )  # fmt: skip


def command(wish: str, number: int, show: Show, now: datetime) -> ShowCommand:
    """One try, given its numbers."""
    show_id = show.details.show_id
    match wish:
        case "close":
            return CloseSales(show_id, now)
        case "expire":
            return ExpireHolds(show_id, now)
        case "book":
            return book(show_id, Wanted(1 + number % 3, OFFERS[number % 3].id), now)
        case "book seats":
            seats = tuple({SEATS[number % 4], SEATS[number % 3]})
            return book(show_id, Wanted(len(seats), (SEATED, ANYWHERE)[number % 2].id, seats), now)
        case _:
            return about_a_booking(wish, number, show, now)


def about_a_booking(wish: str, number: int, show: Show, now: datetime) -> ShowCommand:
    show_id = show.details.show_id
    bookings = list(show.bookings.values())
    if not bookings:
        return ExpireHolds(show_id, now)
    booking = bookings[number % len(bookings)]
    match wish:
        case "confirm":
            return ConfirmBooking(show_id, booking.id, now, Payment(f"pi_{number}", show.due(booking)))
        case "cancel one":
            return CancelBooking(show_id, booking.id, now, (booking.tickets[0].id,))
        case _:
            return CancelBooking(show_id, booking.id, now)


def book(show_id: str, wanted: Wanted, now: datetime) -> BookSeats:
    tickets = tuple(NewTicket(new_id(), new_code()) for _ in range(wanted.quantity))
    return BookSeats(show_id, new_id(), new_code(), ANA, (wanted,), tickets, now)
