"""An event on sale as clients get it."""

from typing import Annotated, Literal

from pydantic import Field

from resources.left_over import AvailabilityState
from resources.shape import Id, Moment, Money, Shape

EventStatus = Literal["draft", "on_sale", "closed", "cancelled"]


class VenueOfEvent(Shape):
    """`id` is null for an event given with a venue's name only."""

    id: Id | None
    name: str
    timezone: str
    city: str


class OfferedTicketType(Shape):
    """A ticket type with the price and limits it has at this event."""

    id: Id
    name: str
    price: Money
    quota: int | None
    sections: Annotated[list[str], Field(description="Sections and areas it covers; all of them when empty.")]
    sales_from: Moment | None
    sales_until: Moment | None
    min_per_booking: int
    max_per_booking: int | None
    opens_when_sold_out: Annotated[
        Id | None, Field(description="The type after whose selling out this one opens.")
    ]
    available: Annotated[int, Field(description="Tickets that can be booked now, within places and quota.")]


class RefundTier(Shape):
    """Cancelled at least `days_before` days before the start, `percent` of the price comes back."""

    days_before: int
    percent: int


class RefundPolicy(Shape):
    kind: Literal["full", "tiered", "none"]
    tiers: list[RefundTier]


class SharedQuota(Shape):
    """At most `quota` tickets of these types together."""

    name: str
    ticket_types: list[Id]
    quota: int


class Event(Shape):
    id: Id
    name: str
    description: str
    category: str
    venue: VenueOfEvent
    starts_at: Moment
    ends_at: Moment | None
    status: EventStatus
    sold_out: bool
    availability: Annotated[
        AvailabilityState,
        Field(description="From afar: `few` when at most 4 tickets or a tenth of all places are left."),
    ]
    payment_window_seconds: int | None
    hold_seconds_max: Annotated[
        int | None, Field(description="Longest hold with extensions; null: 3 windows.")
    ]
    late_payment: Annotated[
        Literal["same_places", "equal_places"],
        Field(description="What money for an expired hold may still get."),
    ]
    no_single_seats: Annotated[bool, Field(description="Picked seats must not leave one free seat alone.")]
    max_per_customer: Annotated[
        int | None, Field(description="Live tickets of one customer over all bookings.")
    ]
    max_holds_per_customer: Annotated[
        int | None, Field(description="Bookings of one customer that are not paid yet, at once.")
    ]
    refund_policy: RefundPolicy
    shared_quotas: list[SharedQuota]
    ticket_types: list[OfferedTicketType]
    price_from: Annotated[Money, Field(description="The lowest price on offer.")]
    capacity: int
    available: Annotated[int, Field(description="Places that nobody holds or owns.")]
    created_at: Moment
    updated_at: Moment


class TypeAvailability(Shape):
    ticket_type_id: Id
    name: str
    quota: int | None
    held: int
    sold: int
    blocked: Annotated[
        int,
        Field(
            description="Kept back by allotments where this type is valid; other types may be valid there too."
        ),
    ]
    available: int
    limited_by: Annotated[
        Literal["places", "quota", "shared_quota"],
        Field(
            description="Why no more are available: free places, the quota of the type, or one it shares with others."
        ),
    ]


class Availability(Shape):
    """Places of an event at one position of the log."""

    event_id: Id
    capacity: int
    held: int
    sold: int
    blocked: Annotated[int, Field(description="Kept back by allotments.")]
    available: int
    sold_out: bool
    by_ticket_type: list[TypeAvailability]
    as_of_position: int
