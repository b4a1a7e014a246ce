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


class ShowHasBookings(Refusal, frozen=True):
    """It was booked once, so it can be cancelled but not deleted."""

    show_id: str


class PlacesInUse(Refusal, frozen=True):
    """The new plan lacks places that are held, sold or allotted: `seats`, and by area how many are missing."""

    seats: tuple[str, ...]
    areas: dict[str, int]


class TicketTypeInUse(Refusal, frozen=True):
    """Tickets of that type are held or sold."""

    ticket_type_id: str


class AllotmentNotFound(Refusal, frozen=True):
    allotment_id: str


class AllotmentAlreadyMade(Refusal, frozen=True):
    allotment_id: str


class NotEnoughPlaces(Refusal, frozen=True):
    """An area has fewer free places than are to be kept back."""

    area: str
    requested: int
    available: int


class NotOnSale(Refusal, frozen=True):
    """Still a draft."""

    show_id: str


class SalesAreClosed(Refusal, frozen=True):
    ticket_type_id: str | None = None
    closed_at: datetime | None = None


class SalesNotOpen(Refusal, frozen=True):
    """They open at a moment, or when another ticket type has sold out."""

    ticket_type_id: str
    opens_at: datetime | None = None
    opens_after: str | None = None


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


class SingleSeatLeft(Refusal, frozen=True):
    """The choice would leave `seats` free on their own; `instead` are as many seats of that row that would not."""

    seats: tuple[str, ...]
    instead: tuple[str, ...]


class CompanionSeats(Refusal, frozen=True):
    """Seats for the company of wheelchair users, booked without a wheelchair place."""

    seats: tuple[str, ...]


class NoAccessiblePlaces(Refusal, frozen=True):
    ticket_type_id: str
    requested: int
    available: int


class CustomerLimitReached(Refusal, frozen=True):
    """Over all their bookings of this show."""

    requested: int
    already: int
    maximum: int


class HoldLimitReached(Refusal, frozen=True):
    """They have to pay for, or give back, what they hold first."""

    already: int
    maximum: int


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


class BookingNotPending(Refusal, frozen=True):
    """Only a hold can be extended."""

    booking_id: str
    status: str


class BookingNotConfirmed(Refusal, frozen=True):
    """Only what is paid can be given to somebody else."""

    booking_id: str
    status: str


class HoldTooLong(Refusal, frozen=True):
    """A hold of this show ends at `latest` at the latest, however often it is extended."""

    latest: datetime


class BookingChangedHands(Refusal, frozen=True):
    """Names were given for the customer that the booking had a moment ago."""

    booking_id: str


class CustomerErased(Refusal, frozen=True):
    """Who booked has been erased, and with them whatever could be kept about who comes."""

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


class BookingAlreadyPaid(Refusal, frozen=True):
    """Paid under another reference. That money came twice is recorded, to be paid back."""

    booking_id: str


class RefundTooHigh(Refusal, frozen=True):
    """More than was paid and not paid back yet."""

    requested: Money
    maximum: Money


class PaymentTooLate(Refusal, frozen=True):
    """The hold has ended and its places are gone. That money came is recorded, to be paid back."""

    booking_id: str
