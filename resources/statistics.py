"""Statistics as clients get them. Money stands apart by currency; no sum is over two of them."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from resources.shape import Id, Moment, Money, Shape

Position = Annotated[int, Field(description="The position of the log at which every figure here stands.")]
Ratio = Annotated[
    float | None, Field(description="From 0 to 1, to four digits; null of no places.", examples=[0.7125])
]
Net = Annotated[Money, Field(description="Gross less refunded.")]

T = TypeVar("T")


class Statistics(Shape, Generic[T]):
    """A page of a statistic."""

    items: list[T]
    next: Annotated[str | None, Field(description="Cursor of the next page; null on the last one")]
    as_of_position: Position


class NamedGroup(Shape):
    id: Annotated[str | None, Field(description="Null of a venue that is known by its name only.")]
    name: str


class EventGroup(NamedGroup):
    venue: str
    starts_at: Moment


class Period(Shape):
    """Where the question begins or ends within a period, so does this."""

    begin: Annotated[Moment, Field(alias="from")]
    end: Annotated[Moment, Field(alias="to", description="The first moment that is not in it.")]
    label: Annotated[str, Field(examples=["2027-03-28", "2027-W12", "2027-03", "2027-10-31T02:00+01:00"])]


class Sold(Shape):
    """`bookings` and `tickets` are what was sold less what was given back, `refunded` what has to be paid back."""

    bookings: Annotated[
        int,
        Field(description="By ticket type: those with tickets of that type, so one may count in several."),
    ]
    tickets: int
    gross: Annotated[Money, Field(description="What was paid.")]
    refunded: Money
    net: Net


class Revenue(Sold):
    event: EventGroup | None = None
    venue: NamedGroup | None = None
    ticket_type: NamedGroup | None = None
    period: Period | None


class SalesOfPeriod(Sold):
    period: Period
    cumulative: Annotated[Sold, Field(description="From the first period to the end of this one.")]


class TypeRevenue(Sold):
    ticket_type_id: Id
    name: str


class EventRevenue(Sold):
    event_id: Id
    by_ticket_type: list[TypeRevenue]
    as_of_position: Position


class EventsByStatus(Shape):
    draft: int
    on_sale: int
    closed: int
    cancelled: int


class Overview(Shape):
    venues: int
    events: Annotated[int, Field(description="Of every status.")]
    events_by_status: EventsByStatus
    bookings: Annotated[int, Field(description="Confirmed.")]
    tickets_sold: Annotated[int, Field(description="In confirmed bookings.")]
    tickets_available: Annotated[
        int, Field(description="Places not sold of events that are on sale and have not begun.")
    ]
    gross: list[Money]
    refunded: list[Money]
    net: list[Money]
    as_of_position: Position


class Occupancy(Shape):
    capacity: int
    sold: int
    occupancy: Ratio


class SectionOccupancy(Occupancy):
    section: Annotated[str, Field(description="A section, or an area.")]


class OccupancyRow(Occupancy):
    event: EventGroup | None = None
    venue: NamedGroup | None = None
    section: Annotated[str | None, Field(description="A section or an area of the venue.")] = None
    events: int


class EventOccupancy(Occupancy):
    event_id: Id
    name: str
    starts_at: Moment


class VenueOccupancy(Occupancy):
    venue_id: Id
    events: int
    by_event: list[EventOccupancy]
    next: Annotated[str | None, Field(description="Cursor of the next page of events; null on the last one")]
    as_of_position: Position


class Buyer(Shape):
    """By the account, or by the address of somebody without one."""

    id: str | None
    name: Annotated[str | None, Field(description="As in the latest booking.")]
    email: str | None


class CustomerSales(Sold):
    customer: Buyer
    purchases: Annotated[
        int, Field(description="Bookings that were confirmed, also those that were cancelled since.")
    ]
    first_bought_at: Moment


class NewCustomers(Shape):
    period: Period
    customers: int
    came_again: int


class Customers(Shape):
    customers: Annotated[int, Field(description="Who first bought in the time asked for.")]
    came_again: Annotated[int, Field(description="Those of them who have bought more than once by now.")]
    new: Annotated[
        list[NewCustomers], Field(description="By the period of the first purchase, where one is given.")
    ]
    items: Annotated[list[CustomerSales], Field(description="By currency, whoever spent most first.")]
    next: Annotated[str | None, Field(description="Cursor of the next page; null on the last one")]
    as_of_position: Position


class Pace(Shape):
    on_sale_since: Moment | None
    tickets_per_day: Annotated[float | None, Field(description="Since it went on sale.", examples=[41.25])]
    tickets_last_24_hours: int
    tickets_last_7_days: int


class EventStatistics(Shape):
    event_id: Id
    name: str
    status: str
    starts_at: Moment
    occupancy: Occupancy
    by_section: list[SectionOccupancy]
    revenue: Sold
    by_ticket_type: list[TypeRevenue]
    pace: Pace
    as_of_position: Position
