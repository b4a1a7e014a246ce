"""A booking's history as auditors get it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from audit_api.shapes.fact import Author, Data, FactName, Hash, Position, Version, Why
from resources.booking import Booking
from resources.shape import Moment, Shape

Readable = Annotated[
    Booking | None, Field(description="Null only where a fact has been altered so that it cannot be read.")
]


HappenedAt = Annotated[
    Moment | None, Field(description="When it happened, as the fact says; null where it cannot be read.")
]


class Change(Shape):
    """A field's value before and after; null before there was a booking."""

    before: Any
    after: Any


class Step(Shape):
    """One fact about the booking. `booking` is what the API answered then."""

    position: Position
    version: Version
    recorded_at: Moment
    happened_at: HappenedAt
    fact: FactName
    data: Data
    by: Author
    why: Why
    changes: Annotated[dict[str, Change], Field(description="The fields of the booking that it changed.")]
    booking: Readable
    hash: Hash


class BookingHistory(Shape):
    booking: Readable
    history: Annotated[
        list[Step],
        Field(description="Its facts up to then that are wanted; oldest first, if not asked otherwise."),
    ]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; null at the end.")]
    chain: Annotated[
        Literal["verified", "broken"],
        Field(
            description="Whether each of these facts is what its hash says. `VerifyLog` looks at all of them."
        ),
    ]
