"""Bodies about events."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from command_api.bodies.parts import (
    Body,
    City,
    Id,
    Line,
    Moment,
    MoneyBody,
    Name,
    OrganizerId,
    Prose,
    Seconds,
    example,
)
from command_api.bodies.rules import Places, RulesBody
from command_api.bodies.venue import Capacity, SeatingPlanBody
from runtime.http.zones import ZoneName

TYPES_MAX = 100


class OfferBody(Body):
    """A ticket type on offer: from the catalogue by `ticket_type_id`, or with a `name` and a `price` of its own.

    `opens_when_sold_out` names, by id or name, the type of this event after which it opens.
    """

    model_config = example(
        {
            "name": "Economy",
            "price": {"amount": 2500, "currency": "EUR"},
            "sections": ["Gallery"],
            "quota": 100,
        }
    )

    ticket_type_id: Id | None = None
    name: Name | None = None
    price: MoneyBody | None = None
    sections: Annotated[list[Name], Field(max_length=1_000)] | None = None
    quota: Places | None = None
    sales_from: Moment | None = None
    sales_until: Moment | None = None
    min_per_booking: Places = 1
    max_per_booking: Places | None = None
    opens_when_sold_out: Name | None = None

    @model_validator(mode="after")
    def _named_and_priced(self) -> Self:
        if self.ticket_type_id is None and (self.name is None or self.price is None):
            raise ValueError("give a ticket_type_id of the catalogue, or a name and a price")
        return self


class EventBody(RulesBody):
    """A new event, in a venue or, by `venue_name`, `city`, `timezone` and `capacity`, without a venue record."""

    model_config = example(
        {
            "name": "La Bohème",
            "category": "opera",
            "venue_id": "0190a6a4-0000-7000-8000-0000000000a1",
            "starts_at": "2027-03-14T20:00:00+01:00",
            "payment_window_seconds": 600,
            "ticket_types": [
                {
                    "ticket_type_id": "0190a6a4-0000-7000-8000-0000000000f1",
                    "sections": ["Stalls"],
                    "max_per_booking": 8,
                },
                {"name": "Economy", "price": {"amount": 2500, "currency": "EUR"}, "sections": ["Gallery"]},
            ],
        },
        {
            "name": "Choir evening",
            "venue_name": "Town hall",
            "timezone": "Europe/Rome",
            "starts_at": "2027-05-01T19:30:00+02:00",
            "capacity": 100,
            "price": {"amount": 1500, "currency": "EUR"},
        },
    )

    name: Annotated[Name, Field(examples=["La Bohème"])]
    description: Prose = ""
    category: Annotated[Line, Field(max_length=100)] = ""
    starts_at: Moment
    ends_at: Moment | None = None
    status: Literal["draft", "on_sale"] = "on_sale"
    payment_window_seconds: Seconds | None = None
    venue_id: Id | None = None
    venue_name: Name | None = None
    city: City | None = None
    timezone: ZoneName | None = None
    capacity: Capacity | None = None
    seating_plan: SeatingPlanBody | None = None
    price: MoneyBody | None = None
    ticket_types: Annotated[list[OfferBody], Field(min_length=1, max_length=TYPES_MAX)] | None = None
    organizer_id: OrganizerId | None = None

    @model_validator(mode="after")
    def _in_one_place(self) -> Self:
        own = (self.venue_name, self.city, self.timezone, self.capacity, self.seating_plan)
        if self.venue_id is not None:
            if any(value is not None for value in own):
                raise ValueError(
                    "the venue_id says where it is: leave out venue_name, city, timezone, capacity and seating_plan"
                )
        elif (
            self.venue_name is None
            or self.timezone is None
            or (self.capacity is None) == (self.seating_plan is None)
        ):
            raise ValueError("give a venue_id, or venue_name, timezone and either capacity or seating_plan")
        return self

    @model_validator(mode="after")
    def _at_some_price(self) -> Self:
        if (self.price is None) == (self.ticket_types is None):
            raise ValueError("give either ticket_types or one price")
        return self
