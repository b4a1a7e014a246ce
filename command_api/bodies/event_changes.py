"""Bodies that change an event."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from command_api.bodies.booking import SeatName
from command_api.bodies.parts import Body, Line, Moment, Name, Prose, Seconds, example
from command_api.bodies.rules import RULE_OF_FIELD, Places, RulesBody
from command_api.bodies.venue import Capacity, SeatingPlanBody

SEATS_MAX = 20_000

SeatList = Annotated[
    list[SeatName],
    Field(max_length=SEATS_MAX, default_factory=list),
]


class EventChange(RulesBody):
    """Only what is to change. A `null` window, maximum or end takes it away."""

    model_config = example(
        {"name": "La Bohème, in concert", "payment_window_seconds": 900, "max_per_customer": 6}
    )

    name: Name | None = None
    description: Prose | None = None
    category: Annotated[Line, Field(max_length=100)] | None = None
    payment_window_seconds: Seconds | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    capacity: Capacity | None = None
    seating_plan: SeatingPlanBody | None = None

    @model_validator(mode="after")
    def _one_plan(self) -> Self:
        if self.capacity is not None and self.seating_plan is not None:
            raise ValueError("give either capacity or seating_plan, not both")
        return self

    def takes_away(self, field: str) -> bool:
        """Whether the client set this field to null."""
        return field in self.model_fields_set and getattr(self, field) is None


class EventReplacement(EventChange):
    """All details and rules anew; plan and ticket types stay as they are unless they are given."""

    model_config = example(
        {
            "name": "La Bohème",
            "category": "opera",
            "starts_at": "2027-03-14T20:00:00+01:00",
            "payment_window_seconds": 600,
        }
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.name is None or self.starts_at is None:
            raise ValueError("give at least name and starts_at")
        return self

    def takes_away(self, field: str) -> bool:
        return getattr(self, field) is None

    def rule_names(self) -> tuple[str, ...]:
        return tuple(RULE_OF_FIELD.values())


class RescheduleBody(Body):
    model_config = example({"starts_at": "2027-03-21T20:00:00+01:00"})

    starts_at: Moment
    ends_at: Moment | None = None


class CancelEventBody(Body):
    model_config = example({"reason": "The tenor has lost his voice"})

    reason: Line = ""


class AreaShareBody(Body):
    area: Name
    quantity: Places


class AllotmentBody(Body):
    """Places off general sale, until `release_at` or until it is deleted. Those not `sellable` are blocked."""

    model_config = example(
        {
            "name": "House seats",
            "seats": ["Stalls/A/12", "Stalls/A/13"],
            "release_at": "2027-03-12T12:00:00+01:00",
        }
    )

    name: Annotated[Name, Field(examples=["House seats"])]
    seats: SeatList
    areas: Annotated[list[AreaShareBody], Field(max_length=1_000, default_factory=list)]
    release_at: Moment | None = None
    sellable: bool = True
