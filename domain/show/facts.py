"""What has happened to a show and its bookings.

Class and field names here are the storage format: a fact written today must decode for ever. Rename neither, add only
optional fields; anything more is a new schema version with an upcaster (`domain/codec.py`).
"""

from datetime import datetime

from domain.money import Money
from domain.personal import Person
from domain.seating_plan import SeatingPlan
from domain.show.offer import Offer
from domain.show.ticket import Ticket
from domain.value import Value


class ShowScheduled(Value, frozen=True):
    """The plan is the venue's as it was then: a later change of the venue cannot move a sold seat."""

    show_id: str
    name: str
    venue_name: str
    timezone: str
    starts_at: datetime
    plan: SeatingPlan
    offers: tuple[Offer, ...]
    at: datetime
    description: str = ""
    category: str = ""
    venue_id: str | None = None
    ends_at: datetime | None = None
    payment_window_seconds: int | None = None


class ShowPublished(Value, frozen=True):
    show_id: str
    at: datetime


class SalesClosed(Value, frozen=True):
    show_id: str
    at: datetime


class SeatsHeld(Value, frozen=True):
    """A pending booking: it keeps its places until `expires_at`."""

    show_id: str
    booking_id: str
    code: str
    customer: Person
    tickets: tuple[Ticket, ...]
    total: Money
    expires_at: datetime
    at: datetime


class SeatsBooked(Value, frozen=True):
    """A booking that needed no payment window: confirmed at once."""

    show_id: str
    booking_id: str
    code: str
    customer: Person
    tickets: tuple[Ticket, ...]
    total: Money
    at: datetime


class Payment(Value, frozen=True):
    """Money received elsewhere, by the payment provider's `reference`."""

    reference: str
    amount: Money


class BookingConfirmed(Value, frozen=True):
    show_id: str
    booking_id: str
    at: datetime
    payment: Payment | None = None


class BookingCancelled(Value, frozen=True):
    """These tickets are void and their places free again. `refund` is what has to be paid back for them."""

    show_id: str
    booking_id: str
    ticket_ids: tuple[str, ...]
    refund: Money
    at: datetime
    reason: str = ""


class BookingExpired(Value, frozen=True):
    """The hold ran out at `expired_at`; its places were free from then on, whenever this was written."""

    show_id: str
    booking_id: str
    expired_at: datetime
    at: datetime


class PaymentCameTooLate(Value, frozen=True):
    """Money came for a hold that had ended and whose places are gone: it has to be paid back."""

    show_id: str
    booking_id: str
    payment: Payment
    at: datetime


OfferFact = ShowScheduled | ShowPublished | SalesClosed
BookingFact = (
    SeatsHeld | SeatsBooked | BookingConfirmed | BookingCancelled | BookingExpired | PaymentCameTooLate
)
ShowFact = OfferFact | BookingFact
