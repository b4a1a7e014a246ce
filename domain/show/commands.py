"""What may be asked of a show and its bookings. `now` is the moment of asking, in UTC."""

from datetime import datetime

from domain.money import Money
from domain.personal import Person
from domain.seating_plan import SeatingPlan
from domain.show.allotment import Allotment
from domain.show.facts import Payment
from domain.show.offer import Offer
from domain.show.rules import Rules
from domain.show.ticket import NewTicket
from domain.value import Value


class ScheduleShow(Value, frozen=True):
    """`on_sale` publishes at once; otherwise the show stays a draft. `owner_id` is the organiser whose it will be, None
    the house.
    """

    show_id: str
    name: str
    venue_name: str
    timezone: str
    starts_at: datetime
    plan: SeatingPlan
    offers: tuple[Offer, ...]
    now: datetime
    description: str = ""
    category: str = ""
    venue_id: str | None = None
    ends_at: datetime | None = None
    payment_window_seconds: int | None = None
    rules: Rules = Rules()
    on_sale: bool = True
    city: str = ""
    owner_id: str | None = None


class PublishShow(Value, frozen=True):
    show_id: str
    now: datetime


class ChangeShow(Value, frozen=True):
    """None leaves a detail as it is. A new `plan`, or for a show of one area its new `capacity`, must have room for
    every place that is held or sold. Of `rules` those named in `rule_names` count.
    """

    show_id: str
    now: datetime
    name: str | None = None
    description: str | None = None
    category: str | None = None
    rules: Rules = Rules()
    rule_names: tuple[str, ...] = ()
    plan: SeatingPlan | None = None
    capacity: int | None = None
    payment_window_seconds: int | None = None
    no_payment_window: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    no_end: bool = False


class RescheduleShow(Value, frozen=True):
    show_id: str
    starts_at: datetime
    now: datetime
    ends_at: datetime | None = None


class OfferTicketType(Value, frozen=True):
    """A new type, or one that is on offer already under new terms."""

    show_id: str
    offer: Offer
    now: datetime


class WithdrawOffer(Value, frozen=True):
    show_id: str
    ticket_type_id: str
    now: datetime


class AllotSeats(Value, frozen=True):
    show_id: str
    allotment: Allotment
    now: datetime


class ReleaseAllotment(Value, frozen=True):
    show_id: str
    allotment_id: str
    now: datetime


class CloseSales(Value, frozen=True):
    show_id: str
    now: datetime


class ReopenSales(Value, frozen=True):
    show_id: str
    now: datetime


class CancelShow(Value, frozen=True):
    show_id: str
    now: datetime
    reason: str = ""


class CancelBookingsOfShow(Value, frozen=True):
    """Cancel and refund up to `bookings_max` of the bookings that are left of a cancelled show."""

    show_id: str
    now: datetime
    bookings_max: int


class DeleteShow(Value, frozen=True):
    show_id: str
    now: datetime


class Wanted(Value, frozen=True):
    """Some tickets of one type: these `seats`, or any `quantity` of places when no seats are named.

    `accessible` of them are wheelchair places; the others are then beside those, on companion seats where there are
    any. `ticket_type_id` may be left out where a show offers one type only.
    """

    quantity: int
    ticket_type_id: str | None = None
    seats: tuple[str, ...] = ()
    accessible: int = 0

    def __post_init__(self) -> None:
        # Quotas and maxima are checked against `quantity`, so it must be what is taken.
        if self.quantity < 0 or (self.seats and self.quantity != len(self.seats)):
            raise ValueError(f"{self.quantity} tickets are wanted and {len(self.seats)} seats are named")
        if not 0 <= self.accessible <= self.quantity or (self.accessible and self.seats):
            raise ValueError(f"{self.accessible} of {self.quantity} are to be chosen as wheelchair places")


class BookSeats(Value, frozen=True):
    """`new_tickets` are as many identities as places are wanted. `payment` is money taken at the desk: the booking is
    confirmed at once. `allotment_id` books from what was kept back.
    """

    show_id: str
    booking_id: str
    code: str
    customer: Person
    wanted: tuple[Wanted, ...]
    new_tickets: tuple[NewTicket, ...]
    now: datetime
    payment: Payment | None = None
    allotment_id: str | None = None


class ExtendHold(Value, frozen=True):
    """By `seconds` from when it would have run out."""

    show_id: str
    booking_id: str
    seconds: int
    now: datetime


class ConfirmBooking(Value, frozen=True):
    show_id: str
    booking_id: str
    now: datetime
    payment: Payment | None = None


class CancelBooking(Value, frozen=True):
    """No `ticket_ids` means all of the booking that is left. `refund` is staff's own word, instead of the policy's."""

    show_id: str
    booking_id: str
    now: datetime
    ticket_ids: tuple[str, ...] = ()
    reason: str = ""
    refund: Money | None = None


class ExchangeTickets(Value, frozen=True):
    """Give back `ticket_ids` (none: all) and take what is `wanted`, in one step or not at all. `payment` is for the
    difference, where the new places cost more.
    """

    show_id: str
    booking_id: str
    ticket_ids: tuple[str, ...]
    wanted: tuple[Wanted, ...]
    new_tickets: tuple[NewTicket, ...]
    now: datetime
    payment: Payment | None = None


class ChangeQuantity(Value, frozen=True):
    """A booking is to have `quantity` tickets of a type, of its only one when none is named.

    `new_tickets` are at least as many identities as come on top. Going down, the last ones leave as in a cancellation.
    """

    show_id: str
    booking_id: str
    quantity: int
    new_tickets: tuple[NewTicket, ...]
    now: datetime
    ticket_type_id: str | None = None
    payment: Payment | None = None


class TransferBooking(Value, frozen=True):
    """`fresh_codes` are enough for every ticket; the decision takes as many as tickets are left."""

    show_id: str
    booking_id: str
    customer: Person
    fresh_codes: tuple[str, ...]
    now: datetime


class NameTicketHolders(Value, frozen=True):
    """`names` are pairs of a ticket's id and whoever will use it, encrypted with the key of `person_id`."""

    show_id: str
    booking_id: str
    names: tuple[tuple[str, str], ...]
    now: datetime
    person_id: str | None = None


class ExpireHolds(Value, frozen=True):
    """Write down which holds have run out by `now`."""

    show_id: str
    now: datetime


OfferCommand = (
    PublishShow
    | ChangeShow
    | RescheduleShow
    | OfferTicketType
    | WithdrawOffer
    | AllotSeats
    | ReleaseAllotment
    | CloseSales
    | ReopenSales
    | CancelShow
    | CancelBookingsOfShow
    | DeleteShow
)
BookingCommand = (
    BookSeats
    | ExtendHold
    | ConfirmBooking
    | CancelBooking
    | ExchangeTickets
    | ChangeQuantity
    | TransferBooking
    | NameTicketHolders
    | ExpireHolds
)
ShowCommand = ScheduleShow | OfferCommand | BookingCommand
