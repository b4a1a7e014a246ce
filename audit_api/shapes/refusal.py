"""Refusals and their causes as auditors get them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from audit_api.shapes.fact import By, Why
from audit_api.shapes.why import Because, FactNamed
from resources.shape import Id, Moment, Shape

Place = Annotated[int, Field(description="Places.")]
State = Literal["sold", "held", "kept-back"]


class Refusal(Shape):
    """A command that got a no."""

    id: Id
    asked_at: Moment
    event_id: Annotated[Id | None, Field(description="Null where it was not about an event.")]
    booking_id: Annotated[Id | None, Field(description="Null for a new one, which was never made.")]
    customer_id: Annotated[
        str | None, Field(description="Whom the command names as the customer, if anybody.")
    ]
    stream: Annotated[
        str | None, Field(description="Null for a command about an account, which is not decided in a queue.")
    ]
    version: Annotated[
        int | None, Field(description="So many facts of the stream the decision was made on.", examples=[17])
    ]
    by: By
    why: Why
    command_id: str
    status: Annotated[int, Field(description="Of the answer.", examples=[409])]
    code: Annotated[str, Field(examples=["sold-out"])]
    refusal: Annotated[
        str, Field(description="The domain's name of it: some share a code.", examples=["SoldOut"])
    ]
    data: Annotated[dict[str, Any], Field(description="What was said with it, in the domain's words.")]
    asked: Annotated[
        dict[str, Any] | None,
        Field(description="The command, in the domain's words; null where it may hold a secret."),
    ]
    if_match: Annotated[list[int] | None, Field(description="The versions it was to be carried out on.")]


class Bound(Shape):
    """A limit: `sold`, `held`, `kept_back` and `left` are `limit` together."""

    kind: Annotated[
        Literal["places", "allotment", "quota", "shared-quota", "tickets-of-customer", "holds-of-customer"],
        Field(
            description="`places`: of the sections and areas of the ticket type, whatever was sold there. "
            "`holds-of-customer` counts bookings, all others count places."
        ),
    ]
    name: str
    limit: int
    sold: int
    held: int
    kept_back: Annotated[int, Field(description="By allotments, and nobody's yet.")]
    left: Annotated[int, Field(description="Below nothing where the limit was lowered afterwards.")]
    set_by: list[Because]


class Standing(Shape):
    """Who uses it up, since when."""

    kind: State
    places: int
    booking_id: Id | None
    allotment_id: Id | None
    expires_at: Annotated[Moment | None, Field(description="Until when a hold keeps them.")]
    since: FactNamed | None


class StandingPage(Shape):
    items: list[Standing]
    next: Annotated[int | None, Field(description="Send it as `after` for the next page; null at the end.")]


class SeatHolder(Shape):
    seat: Annotated[str, Field(examples=["Stalls/A/12"])]
    state: State | Literal["free"]
    booking_id: Id | None
    ticket_id: Id | None
    allotment_id: Id | None
    since: FactNamed | None


class Cause(Shape):
    reproduced: Annotated[
        bool | None,
        Field(
            description="The decision was made again on the same facts: true if it came out the same in every detail. "
            "null where it cannot be made again."
        ),
    ]
    explanation: Annotated[str, Field(examples=["2 were asked for and 0 could be had."])]
    because: Annotated[list[Because], Field(description="The fields that the decision looked at.")]
    bounds: Annotated[
        list[Bound], Field(description="The limits it ran into: first the one that left so few.")
    ]
    standing: Annotated[
        StandingPage,
        Field(description="By whom the first of the bounds is used up, in the order of the facts."),
    ]
    seats: Annotated[list[SeatHolder], Field(description="Who had the seats in question.")]


class RefusalWithCause(Refusal):
    cause: Cause
