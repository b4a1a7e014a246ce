"""Bodies about venues and their seating plans."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from command_api.bodies.parts import Body, City, Line, Name, OrganizerId, example
from domain.seating_plan import Area, Row, SeatingPlan, Section, general_admission
from runtime.http.zones import ZoneName

CAPACITY_MAX = 250_000

Capacity = Annotated[
    int, Field(ge=1, le=CAPACITY_MAX, description="One general-admission area named General.")
]
CITY_DEFAULT = (
    "Where it is not given, what stands behind the last comma of the address, without postal codes."
)
CITY_FOLLOWS = "Where it is not given and was never named, it follows a new address."
Label = Annotated[Name, Field(max_length=20)]


PLAN: dict[str, Any] = {
    "sections": [
        {"name": "Stalls", "rows": [{"name": "A", "seats": 24}, {"name": "C", "labels": ["1", "2", "3A"]}]}
    ],
    "areas": [{"name": "Gallery", "capacity": 180}],
}
"""In examples."""


class RowBody(Body):
    """`seats` numbered from 1, or odd `labels`; which of them are wheelchair places or companion seats."""

    name: Label
    seats: Annotated[int, Field(ge=1, le=1_000)] | None = None
    labels: Annotated[list[Label], Field(min_length=1, max_length=1_000)] | None = None
    accessible: Annotated[list[Label], Field(max_length=1_000, default_factory=list)]
    companions: Annotated[list[Label], Field(max_length=1_000, default_factory=list)]

    def value(self) -> Row:
        return Row(
            self.name,
            self.seats or 0,
            tuple(self.labels or ()),
            tuple(self.accessible),
            tuple(self.companions),
        )


class SectionBody(Body):
    name: Name
    rows: Annotated[list[RowBody], Field(min_length=1, max_length=1_000)]


class AreaBody(Body):
    name: Name
    capacity: Annotated[int, Field(ge=1, le=CAPACITY_MAX)]


class SeatingPlanBody(Body):
    """Sections with rows of seats named `section/row/label`, and general-admission areas."""

    sections: Annotated[list[SectionBody], Field(max_length=1_000, default_factory=list)]
    areas: Annotated[list[AreaBody], Field(max_length=1_000, default_factory=list)]

    def value(self) -> SeatingPlan:
        sections = (Section(part.name, tuple(row.value() for row in part.rows)) for part in self.sections)
        return SeatingPlan(tuple(sections), tuple(Area(area.name, area.capacity) for area in self.areas))


class _WithPlan(Body):
    capacity: Capacity | None = None
    seating_plan: SeatingPlanBody | None = None

    @model_validator(mode="after")
    def _one_plan(self) -> Self:
        if self.capacity is not None and self.seating_plan is not None:
            raise ValueError("give either capacity or seating_plan, not both")
        return self

    def plan(self) -> SeatingPlan | None:
        """The plan that was given, if any."""
        if self.seating_plan is not None:
            return self.seating_plan.value()
        return None if self.capacity is None else general_admission(self.capacity)


class VenueBody(_WithPlan):
    """A new venue, with its seating plan or a bare capacity."""

    model_config = example(
        {
            "name": "Teatro Regio",
            "address": "Piazza Castello 215, Torino",
            "timezone": "Europe/Rome",
            "seating_plan": PLAN,
        },
        {"name": "Town hall", "timezone": "Europe/Rome", "capacity": 500},
    )

    name: Annotated[Name, Field(examples=["Teatro Regio"])]
    address: Annotated[Line, Field(examples=["Piazza Castello 215, Torino"])] = ""
    city: Annotated[City | None, Field(description=CITY_DEFAULT)] = None
    timezone: Annotated[ZoneName, Field(examples=["Europe/Rome"])]
    organizer_id: OrganizerId | None = None

    @model_validator(mode="after")
    def _some_plan(self) -> Self:
        if self.capacity is None and self.seating_plan is None:
            raise ValueError("give a seating_plan or a capacity")
        return self


class VenueReplacement(_WithPlan):
    """All details anew; the plan stays as it is unless it is given too."""

    model_config = example(
        {"name": "Teatro Regio", "address": "Piazza Castello 215, Torino", "timezone": "Europe/Rome"}
    )

    name: Name
    address: Line = ""
    city: Annotated[City | None, Field(description=CITY_DEFAULT)] = None
    timezone: ZoneName


class VenueChange(_WithPlan):
    """Only what is to change."""

    model_config = example({"address": "Piazza Castello 215, Torino"})

    name: Name | None = None
    address: Line | None = None
    city: Annotated[City | None, Field(description=CITY_FOLLOWS)] = None
    timezone: ZoneName | None = None


class PlanReplacement(SeatingPlanBody):
    """A whole new plan; `capacity` alone makes one general-admission area."""

    model_config = example(PLAN)

    capacity: Capacity | None = None

    def value(self) -> SeatingPlan:
        return super().value() if self.capacity is None else general_admission(self.capacity)

    @model_validator(mode="after")
    def _one_plan(self) -> Self:
        if self.capacity is not None and (self.sections or self.areas):
            raise ValueError("give either capacity or sections and areas, not both")
        return self
