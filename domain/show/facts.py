"""What has happened to a show and its bookings.

Class and field names here are the storage format: a fact written today must decode for ever. Rename neither, add only
optional fields; anything more is a new schema version with an upcaster (`domain/codec.py`).
"""

from datetime import datetime

from domain.money import Money
from domain.personal import Person, PersonalText
from domain.seating_plan import SeatingPlan
from domain.show.allotment import Allotment
from domain.show.offer import Offer
from domain.show.rules import Rules
from domain.show.ticket import NewTicket, Ticket
from domain.value import Value


class ShowScheduled(Value, frozen=True):
    """The plan is the venue's as it was then: a later change of the venue cannot move a sold seat. `owner_id` is the
    organiser whose show it is; without one it is the house's.
    """

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
    rules: Rules = Rules()
    city: str = ""
    owner_id: str | None = None


class ShowPublished(Value, frozen=True):
    show_id: str
    at: datetime


class ShowDetailsChanged(Value, frozen=True):
    show_id: str
    name: str
    at: datetime
    description: str = ""
    category: str = ""
    payment_window_seconds: int | None = None
    rules: Rules = Rules()


class ShowPlanChanged(Value, frozen=True):
    """More or fewer places. Every place that was held or sold then is in the new plan too."""

    show_id: str
    plan: SeatingPlan
    at: datetime


class ShowRescheduled(Value, frozen=True):
    """Bookings keep their places."""

    show_id: str
    starts_at: datetime
    at: datetime
    ends_at: datetime | None = None


class TicketTypeOffered(Value, frozen=True):
    show_id: str
    offer: Offer
    at: datetime


class OfferChanged(Value, frozen=True):
    """New price, quota or window of a type already on offer; tickets sold keep the price they had."""

    show_id: str
    offer: Offer
    at: datetime


class OfferWithdrawn(Value, frozen=True):
    show_id: str
    ticket_type_id: str
    at: datetime


class SalesOpened(Value, frozen=True):
    """A type that opens when another sells out has opened, and stays open."""

    show_id: str
    ticket_type_id: str
    at: datetime


class SeatsAllotted(Value, frozen=True):
    show_id: str
    allotment: Allotment
    at: datetime


class AllotmentReleased(Value, frozen=True):
    """What is left of it is on general sale."""

    show_id: str
    allotment_id: str
    at: datetime


class SalesClosed(Value, frozen=True):
    show_id: str
    at: datetime


class SalesReopened(Value, frozen=True):
    show_id: str
    at: datetime


class ShowCancelled(Value, frozen=True):
    """It will not take place. Each live booking is cancelled and refunded by a fact of its own that follows."""

    show_id: str
    at: datetime
    reason: str = ""


class ShowDeleted(Value, frozen=True):
    """It was a mistake: nothing was ever booked."""

    show_id: str
    at: datetime


class Payment(Value, frozen=True):
    """Money received elsewhere, by the payment provider's `reference`."""

    reference: str
    amount: Money


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
    """A booking that is confirmed at once: free, without a payment window, or paid at the desk."""

    show_id: str
    booking_id: str
    code: str
    customer: Person
    tickets: tuple[Ticket, ...]
    total: Money
    at: datetime
    payment: Payment | None = None


class HoldExtended(Value, frozen=True):
    show_id: str
    booking_id: str
    expires_at: datetime
    at: datetime


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
    """Money came for a booking that had ended and whose places are gone: it has to be paid back."""

    show_id: str
    booking_id: str
    payment: Payment
    at: datetime


class PaymentCameTwice(Value, frozen=True):
    """Money came under another reference for a booking that was paid already: it has to be paid back."""

    show_id: str
    booking_id: str
    payment: Payment
    at: datetime


class PlacesReplaced(Value, frozen=True):
    """The places of an expired hold were gone, and equal ones of the same types took their place.

    `tickets` are the booking's live tickets, the same but for their seats.
    """

    show_id: str
    booking_id: str
    tickets: tuple[Ticket, ...]
    at: datetime


class TicketsAdded(Value, frozen=True):
    """More places for a booking. `payment` is what was paid for them, None where nothing was due at once."""

    show_id: str
    booking_id: str
    tickets: tuple[Ticket, ...]
    price: Money
    at: datetime
    payment: Payment | None = None


class TicketsExchanged(Value, frozen=True):
    """Some tickets given back and others taken, in one step. `due` was paid on top, `refund` has to be paid back;
    at most one of them is more than nothing.
    """

    show_id: str
    booking_id: str
    ticket_ids: tuple[str, ...]
    tickets: tuple[Ticket, ...]
    due: Money
    refund: Money
    at: datetime
    payment: Payment | None = None


class BookingTransferred(Value, frozen=True):
    """Another person's now. Their tickets have new codes, so the old ones open no door."""

    show_id: str
    booking_id: str
    customer: Person
    codes: tuple[NewTicket, ...]
    at: datetime


class TicketHolderNamed(Value, frozen=True):
    show_id: str
    booking_id: str
    ticket_id: str
    holder: PersonalText
    at: datetime


OfferFact = (
    ShowScheduled
    | ShowPublished
    | ShowDetailsChanged
    | ShowPlanChanged
    | ShowRescheduled
    | TicketTypeOffered
    | OfferChanged
    | OfferWithdrawn
    | SalesOpened
    | SeatsAllotted
    | AllotmentReleased
    | SalesClosed
    | SalesReopened
    | ShowCancelled
    | ShowDeleted
)
BookingFact = (
    SeatsHeld
    | SeatsBooked
    | HoldExtended
    | BookingConfirmed
    | BookingCancelled
    | BookingExpired
    | PaymentCameTooLate
    | PaymentCameTwice
    | PlacesReplaced
    | TicketsAdded
    | TicketsExchanged
    | BookingTransferred
    | TicketHolderNamed
)
ShowFact = OfferFact | BookingFact
