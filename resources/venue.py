"""A venue as clients get it."""

from typing import Annotated, Literal

from pydantic import Field

from resources.shape import Id, Moment, Shape


class Row(Shape):
    """Either `seats` numbered from 1 or odd `labels`."""

    name: str
    seats: int | None = None
    labels: list[str] | None = None
    accessible: Annotated[list[str] | None, Field(description="Labels of wheelchair places.")] = None
    companions: Annotated[list[str] | None, Field(description="Labels of the seats beside them.")] = None


class Section(Shape):
    name: str
    rows: list[Row]


class Area(Shape):
    name: str
    capacity: int


class SeatingPlan(Shape):
    """Sections with rows of seats named `section/row/label`, and general-admission areas."""

    sections: list[Section]
    areas: list[Area]


class Venue(Shape):
    id: Id
    name: Annotated[str, Field(examples=["Teatro Regio"])]
    address: Annotated[str, Field(examples=["Piazza Castello 215, Torino"])]
    city: Annotated[str, Field(description="Empty where nobody knows.", examples=["Torino"])]
    timezone: Annotated[str, Field(description="IANA time zone.", examples=["Europe/Rome"])]
    capacity: Annotated[int, Field(description="Places in the plan.", examples=[230])]
    seating_plan: SeatingPlan
    status: Literal["open", "closed"]
    created_at: Moment
