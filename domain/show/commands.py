"""What may be asked of a show and its bookings. `now` is the moment of asking, in UTC."""

from datetime import datetime

from domain.personal import Person
from domain.seating_plan import SeatingPlan
from domain.show.facts import Payment
from domain.show.offer import Offer
from domain.show.ticket import NewTicket
from domain.value import Value


class ScheduleShow(Value, frozen=True):
    """`on_sale` publishes at once; otherwise the show stays a draft."""

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
    on_sale: bool = True


class PublishShow(Value, frozen=True):
    show_id: str
    now: datetime


class CloseSales(Value, frozen=True):
    show_id: str
    now: datetime


class Wanted(Value, frozen=True):
    """Some tickets of one type: these `seats`, or any `quantity` of places when no seats are named.

    `ticket_type_id` may be left out where a show offers one type only.
    """

    quantity: int
    ticket_type_id: str | None = None
    seats: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Quotas and maxima are checked against `quantity`, so it must be what is taken.
        if self.quantity < 0 or (self.seats and self.quantity != len(self.seats)):
            raise ValueError(f"{self.quantity} tickets are wanted and {len(self.seats)} seats are named")


class BookSeats(Value, frozen=True):
    """`new_tickets` are as many identities as places are wanted."""

    show_id: str
    booking_id: str
    code: str
    customer: Person
    wanted: tuple[Wanted, ...]
    new_tickets: tuple[NewTicket, ...]
    now: datetime


class ConfirmBooking(Value, frozen=True):
    show_id: str
    booking_id: str
    now: datetime
    payment: Payment | None = None


class CancelBooking(Value, frozen=True):
    """No `ticket_ids` means all of the booking that is left."""

    show_id: str
    booking_id: str
    now: datetime
    ticket_ids: tuple[str, ...] = ()
    reason: str = ""


class ExpireHolds(Value, frozen=True):
    """Write down which holds have run out by `now`."""

    show_id: str
    now: datetime


OfferCommand = PublishShow | CloseSales
BookingCommand = BookSeats | ConfirmBooking | CancelBooking | ExpireHolds
ShowCommand = ScheduleShow | OfferCommand | BookingCommand
