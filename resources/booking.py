"""A booking as clients get it."""

from typing import Annotated, Literal

from pydantic import Field

from resources.event import EventStatus
from resources.shape import Id, Moment, Money, Shape

BookingStatus = Literal["pending", "confirmed", "cancelled", "expired"]
TicketStatus = Literal["held", "valid", "cancelled", "refunded", "expired"]


class Customer(Shape):
    """`id` is the account; null for somebody the box office knows by name only.

    Of whom has been erased, name and address read `[erased]`.
    """

    id: Id | None
    person_id: Annotated[
        Id | None,
        Field(
            description="Whom to erase where there is no account; null for bookings from before people had keys."
        ),
    ] = None
    name: str
    email: str


class BookedItem(Shape):
    ticket_type_id: Id
    ticket_type: str
    quantity: int
    price: Annotated[Money, Field(description="Of one ticket.")]


class Ticket(Shape):
    id: Id
    code: Annotated[
        str | None,
        Field(description="Unguessable; what is shown at the door. Null for whoever has just given it away."),
    ]
    ticket_type_id: Id
    seat: Annotated[
        str | None, Field(description="`section/row/label`; null in an area.", examples=["Stalls/A/12"])
    ]
    area: Annotated[str | None, Field(description="The general-admission area; null for a seat.")]
    holder: Annotated[str | None, Field(description="Who will use it, if named.")]
    price: Money
    status: TicketStatus


class Booking(Shape):
    id: Id
    code: Annotated[str, Field(examples=["7KQ2-M9XD"])]
    event_id: Id
    customer: Customer
    status: BookingStatus
    expires_at: Moment | None
    expires_in: Annotated[int | None, Field(description="Seconds left to pay; null unless pending.")]
    items: list[BookedItem]
    tickets: list[Ticket]
    total: Annotated[Money, Field(description="What its tickets cost when they were taken.")]
    paid: Annotated[Money, Field(description="What came for them.")]
    refund: Annotated[Money, Field(description="What has to be paid back so far.")]
    created_at: Moment


class EventOfBooking(Shape):
    """When and where to be, as it stands now."""

    id: Id
    name: str
    starts_at: Moment
    ends_at: Moment | None
    timezone: Annotated[str, Field(description="The venue's zone.", examples=["Europe/Rome"])]
    venue_id: Id | None
    venue_name: str
    city: str
    status: EventStatus


class BookingWithEvent(Booking):
    """With `expand=event`."""

    event: EventOfBooking


class PrintedTicket(Ticket):
    """A ticket with all that is printed on it."""

    ticket_type: str
    booking_id: Id
    booking_code: Annotated[str, Field(examples=["7KQ2-M9XD"])]
    qr: Annotated[
        str | None,
        Field(
            description="Where its QR code is; null unless it lets somebody in.",
            examples=["/api/v1/bookings/01a2.../tickets/01a2.../qr.svg"],
        ),
    ]
    event: EventOfBooking
