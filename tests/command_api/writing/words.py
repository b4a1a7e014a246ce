"""The words in which examples about the write path are told: one show without seats, and how it is booked."""

from datetime import UTC, datetime, timedelta
from itertools import count

from domain.money import Money
from domain.personal import Person
from domain.seating_plan import general_admission
from domain.show.commands import BookSeats, CancelBooking, CloseSales, PublishShow, ScheduleShow, Wanted
from domain.show.offer import Offer
from domain.show.ticket import NewTicket

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SHOW_ID = "00000000-0000-7000-8000-00000000000a"
ANNA = Person("Anna Rossi", "anna@example.org", "anna")
NUMBERS = count(1)


def schedule(
    places: int, show: str = SHOW_ID, *, on_sale: bool = True, window: int | None = None
) -> ScheduleShow:
    offer = Offer("standard", "Standard", Money(2000, "EUR"))
    return ScheduleShow(
        show, "Tosca", "Town hall", "Europe/Rome", NOON + timedelta(days=30), general_admission(places), (offer,), NOON,
        on_sale=on_sale, payment_window_seconds=window,
    )  # fmt: skip


def book(
    quantity: int = 1, show: str = SHOW_ID, booking: str | None = None, at: datetime = NOON
) -> BookSeats:
    """Another booking each time, unless it is named."""
    name = booking or f"b{next(NUMBERS)}"
    tickets = tuple(NewTicket(f"{name}-{number}", f"CODE-{name}-{number}") for number in range(quantity))
    return BookSeats(show, name, f"CODE-{name}", ANNA, (Wanted(quantity),), tickets, at)


def cancel(booking: BookSeats) -> CancelBooking:
    return CancelBooking(booking.show_id, booking.booking_id, NOON)


def publish(show: str = SHOW_ID) -> PublishShow:
    return PublishShow(show, NOON)


def close_sales(show: str = SHOW_ID) -> CloseSales:
    return CloseSales(show, NOON)
