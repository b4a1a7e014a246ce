"""What is asked of small shows: commands that compete for few seats, few places and few seconds."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import orjson

from command_api.writing.answer import Answer
from command_api.writing.failures import PreconditionFailed
from domain.money import Money
from domain.personal import Person
from domain.refusal import Refused
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.commands import (
    BookSeats,
    CancelBooking,
    CancelShow,
    ChangeQuantity,
    CloseSales,
    ConfirmBooking,
    ExtendHold,
    PublishShow,
    ReopenSales,
    ScheduleShow,
    Wanted,
)
from domain.show.facts import Payment
from domain.show.offer import Offer
from domain.show.rules import Rules
from domain.show.state import Show
from domain.show.ticket import NewTicket
from tests.simulation.process import NOON

PLAN = SeatingPlan((Section("S", (Row("A", 3),)),), (Area("F", 3),))
PRICE = Money(2000, "EUR")
OFFERS = (
    Offer("any", "Any", PRICE),
    Offer("few", "Few", Money(0, "EUR"), ("F",), quota=2),
    Offer("next", "Next", PRICE, ("F",), opens_after="few"),
)
RULES = Rules(late_payment="equal_places", max_holds_per_customer=3, hold_seconds_max=30)
PEOPLE = tuple(Person(name, f"{name}@example.org", name) for name in ("anna", "ben"))
SEATS = ("S/A/1", "S/A/2", "S/A/3")


class Booked(NamedTuple):
    """A booking that somebody may ask about again."""

    show_id: str
    booking_id: str
    due: int
    seats: tuple[str, ...]


def schedule(show_id: str, now: datetime, window: int | None) -> ScheduleShow:
    return ScheduleShow(
        show_id, "Tosca", "Hall", "Europe/Rome", NOON + timedelta(days=30), PLAN, OFFERS, now,
        payment_window_seconds=window, rules=RULES,
    )  # fmt: skip


def booking(chance: Random, show_id: str, booking_id: str, now: datetime) -> BookSeats:
    """Named seats, or a quantity; held where there is something to pay."""
    draw = chance.random()
    if draw < 0.4:
        seats = tuple(chance.sample(SEATS, chance.choice((1, 1, 2))))
        wanted = Wanted(len(seats), "any", seats)
    else:
        wanted = Wanted(
            chance.choice((1, 1, 2, 4)), "any" if draw < 0.7 else "few" if draw < 0.95 else "next"
        )
    return of_wanted(chance, show_id, booking_id, wanted, now)


def of_wanted(chance: Random, show_id: str, booking_id: str, wanted: Wanted, now: datetime) -> BookSeats:
    fresh = new_tickets(booking_id, wanted.quantity)
    return BookSeats(show_id, booking_id, f"CODE-{booking_id}", chance.choice(PEOPLE), (wanted,), fresh, now)


def too_many(show_id: str, booking_id: str, now: datetime) -> BookSeats:
    """What every show refuses, saying how much it has left."""
    fresh = new_tickets(booking_id, 50)
    return BookSeats(show_id, booking_id, "CODE", PEOPLE[0], (Wanted(50, "any"),), fresh, now)


def new_tickets(booking_id: str, quantity: int) -> tuple[NewTicket, ...]:
    return tuple(
        NewTicket(f"{booking_id}-{number}", f"CODE-{booking_id}-{number}") for number in range(quantity)
    )


def about_booking(chance: Random, booked: Booked, now: datetime, number: int) -> Any:
    """Pay, give back, keep for longer, have more or fewer."""
    show_id, booking_id, due, _ = booked
    match chance.randrange(6):
        case 0 | 1:
            return ConfirmBooking(
                show_id, booking_id, now, Payment(f"pay-{chance.randrange(2)}", Money(due, "EUR"))
            )
        case 2 | 3:
            return CancelBooking(show_id, booking_id, now)
        case 4:
            return ExtendHold(show_id, booking_id, 5, now)
        case _:
            fresh = new_tickets(f"{booking_id}+{number}", 3)
            return ChangeQuantity(show_id, booking_id, chance.randint(0, 3), fresh, now, "any")


def about_show(chance: Random, show_id: str, now: datetime) -> Any:
    draw = chance.random()
    if draw < 0.5:
        return PublishShow(show_id, now)
    if draw < 0.7:
        return CloseSales(show_id, now)
    if draw < 0.9:
        return ReopenSales(show_id, now)
    return CancelShow(show_id, now, "fire")


def no_answer(no: Refused | PreconditionFailed) -> Answer:
    """A no as it is kept."""
    told = no.version if isinstance(no, PreconditionFailed) else repr(no.reason)
    return Answer(409, orjson.dumps([type(no).__name__, told]))


def rendering(command: Any) -> Callable[[Show, list[Any]], Answer]:
    """An answer that tells the state right after the decision; where it names a booking, that must be there."""

    def render(show: Show, facts: list[Any]) -> Answer:
        told: list[Any] = [show.version, show.status, [type(fact).__name__ for fact in facts]]
        if (booking_id := getattr(command, "booking_id", None)) is not None:
            booking = show.bookings[booking_id]
            told += [booking.status, [[ticket.id, ticket.seat] for ticket in booking.live_tickets]]
        return Answer(200, orjson.dumps(told))

    return render
