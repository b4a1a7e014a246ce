"""What set a field, as auditors get it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from audit_api.shapes.fact import Author, FactName, Hash, Position, Version, Why
from resources.shape import Id, Moment, Shape


class FactNamed(Shape):
    """A fact by its place and its author; `/audit/facts?after=<position - 1>&limit=1` has all of it."""

    position: Position
    version: Version
    fact: FactName
    recorded_at: Moment
    by: Author
    why: Why
    hash: Hash


class Because(Shape):
    field: Annotated[
        str, Field(examples=["status", "customer.name", "offers.01a201e2-b9c2-712a-b8d5-75cc2f1e3565"])
    ]
    value: Annotated[Any, Field(description="Null where it is not there, or not there any more.")]
    fact: Annotated[
        FactNamed | None, Field(description="That set it last, or took it away; null where none did.")
    ]
    ran_out_at: Annotated[
        Moment | None,
        Field(
            description="Where time has changed it since: when. The fact is the one that had set this time."
        ),
    ]


class BookingWhy(Shape):
    booking_id: Id
    event_id: Id
    fields: list[Because]
    chain: Annotated[
        Literal["verified", "broken"], Field(description="Whether each of its facts is what its hash says.")
    ]
