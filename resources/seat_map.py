"""The seat map of an event as clients get it."""

from typing import Annotated, Literal

from pydantic import Field

from resources.shape import Id, Shape

Seats = Annotated[
    str,
    Field(description="A character for each seat, from the left; the legend says which.", examples=["ffhsb"]),
]
RowName = Annotated[str, Field(examples=["A"])]
ByRow = Annotated[dict[str, list[str]], Field(examples=[{"A": ["1"]}])]
"""By the name of the row."""


class SectionOfMap(Shape):
    """What is empty is left out."""

    name: Annotated[str, Field(examples=["Stalls"])]
    rows: Annotated[
        list[tuple[RowName, Seats]],
        Field(description="Row by row from the stage, each with its name and its seats."),
    ]
    labels: ByRow = Field({}, description="The seats' labels in rows where they are not 1, 2, 3 and so on.")
    accessible: ByRow = Field({}, description="Labels of wheelchair places.")
    companions: ByRow = Field({}, description="Labels of the seats beside them.")


class AreaOfMap(Shape):
    """General admission: places without seats."""

    name: Annotated[str, Field(examples=["Gallery"])]
    capacity: int
    available: int
    held: int
    sold: int
    blocked: int


class PlacesLeft(Shape):
    """Over all seats and areas."""

    available: int
    held: int
    sold: int
    blocked: int


class SeatMap(Shape):
    """The whole house. A seat's name is `section/row/label`."""

    event_id: Id
    position: Annotated[int, Field(description="Of the last fact that changed it: what `since` takes.")]
    reset: Annotated[
        Literal[True] | None,
        Field(description="Asked for changes, you get all of it: they cannot tell. Forget what you have."),
    ] = None
    availability: PlacesLeft
    legend: dict[Literal["f", "h", "s", "b"], Literal["free", "held", "sold", "blocked"]]
    sections: list[SectionOfMap]
    areas: list[AreaOfMap]


class SeatMapChanges(Shape):
    """Rows and areas as they are now, those that have changed. Applied twice they do no harm."""

    event_id: Id
    position: Annotated[int, Field(description="Where this leads to: the next `since`.")]
    since: int
    availability: PlacesLeft
    changes: Annotated[
        list[tuple[Annotated[str, Field(examples=["Stalls"])], RowName, Seats]],
        Field(description="Section, row, and the row's seats as they are now."),
    ]
    areas: list[AreaOfMap]
