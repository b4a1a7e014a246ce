"""Every "no" a show can say, with the data a client needs to ask better."""

from datetime import datetime

from domain.money import Money
from domain.refusal import Refusal


class ShowNotFound(Refusal, frozen=True):
    show_id: str


class ShowAlreadyScheduled(Refusal, frozen=True):
    show_id: str


class BadOffer(Refusal, frozen=True):
    """What is offered contradicts itself or the plan; `problem` is one sentence."""

    problem: str


class ShowIsCancelled(Refusal, frozen=True):
    show_id: str


class ShowIsOver(Refusal, frozen=True):
    ended_at: datetime


class NotOnSale(Refusal, frozen=True):
    """Still a draft."""

    show_id: str


class SalesAreClosed(Refusal, frozen=True):
    ticket_type_id: str | None = None
    closed_at: datetime | None = None


class SalesNotOpen(Refusal, frozen=True):
    ticket_type_id: str
    opens_at: datetime


class TicketTypeNotOffered(Refusal, frozen=True):
    ticket_type_id: str


class TicketTypeRequired(Refusal, frozen=True):
    """Several types are on offer and the booking names none."""

    ticket_type_ids: tuple[str, ...]


class AboveMaximum(Refusal, frozen=True):
    ticket_type_id: str
    requested: int
    maximum: int


class BelowMinimum(Refusal, frozen=True):
    ticket_type_id: str
    requested: int
    minimum: int


class SoldOut(Refusal, frozen=True):
    """Fewer places are left of that type than requested."""

    ticket_type_id: str
    requested: int
    available: int


class SeatsNotAvailable(Refusal, frozen=True):
    seats: tuple[str, ...]


class SeatsUnknown(Refusal, frozen=True):
    """No such seat in the plan."""

    seats: tuple[str, ...]


class SeatsNotInTicketType(Refusal, frozen=True):
    """Seats outside the sections that this ticket type covers."""

    ticket_type_id: str
    seats: tuple[str, ...]


class SeatsNamedTwice(Refusal, frozen=True):
    seats: tuple[str, ...]


class BookingNotFound(Refusal, frozen=True):
    booking_id: str


class BookingAlreadyCancelled(Refusal, frozen=True):
    booking_id: str


class BookingIsExpired(Refusal, frozen=True):
    booking_id: str
    expired_at: datetime


class TicketsNotInBooking(Refusal, frozen=True):
    ticket_ids: tuple[str, ...]


class TicketsAlreadyCancelled(Refusal, frozen=True):
    ticket_ids: tuple[str, ...]


class PaymentRequired(Refusal, frozen=True):
    due: Money


class PaymentAmountWrong(Refusal, frozen=True):
    due: Money
    paid: Money


class PaymentTooLate(Refusal, frozen=True):
    """The hold has ended and its places are gone. That money came is recorded, to be paid back."""

    booking_id: str
