"""Everything held about a customer, as they may ask for it."""

from typing import Annotated

from pydantic import Field

from audit_api.shapes.fact import Data, FactName, Position
from resources.booking import Booking
from resources.shape import Id, Moment, Shape
from resources.user import User


class HeldAccount(User):
    created_at: Moment


class HeldFact(Shape):
    position: Position
    recorded_at: Moment
    fact: FactName
    data: Data


class HeldBooking(Shape):
    """`booking` is as it is, or as it was when it last was theirs."""

    booking: Booking
    until: Annotated[
        Moment | None, Field(description="When it became somebody else's; null while it is theirs.")
    ]
    history: Annotated[list[HeldFact], Field(description="What happened to it while it was theirs.")]


class HeldRefusal(Shape):
    """A command that got a no, for as long as it is kept."""

    asked_at: Moment
    command: Annotated[str, Field(examples=["BookSeats"])]
    code: Annotated[str, Field(examples=["sold-out"])]
    booking_id: Id | None
    request_id: str | None
    asked: Annotated[Data | None, Field(description="The command; null where it was about somebody else.")]


class CustomerData(Shape):
    person_id: Annotated[
        Id | None, Field(description="Whose key it is encrypted with; null where there is none yet.")
    ]
    account_id: Annotated[Id | None, Field(description="Null for somebody without an account.")]
    covers: Annotated[dict[str, str], Field(description="By section, which tables it tells all of.")]
    account: HeldAccount | None
    bookings: list[HeldBooking]
    refusals: list[HeldRefusal]
