"""What an explanation says: in one sentence, and with the facts it rests on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from audit_api.why import Because

Kind = Literal["sold", "held", "kept-back"]


class Stand(NamedTuple):
    """Places that somebody has since the fact of `version`: a booking, or an allotment that keeps them back.

    `expires_at` is until when a hold keeps them.
    """

    kind: Kind
    places: int
    version: int
    booking_id: str | None = None
    allotment_id: str | None = None
    expires_at: datetime | None = None


class Bound(NamedTuple):
    """A limit, and what it is used up by: sold, held and kept back together with what is left are the limit.

    `set_by` are the fields of the event that set it. `left` is below nothing where the limit was lowered afterwards.
    """

    kind: Literal["places", "allotment", "quota", "shared-quota", "tickets-of-customer", "holds-of-customer"]
    name: str
    limit: int
    left: int
    set_by: list[Because]
    standing: list[Stand]

    def places(self, kind: Kind) -> int:
        return sum(stand.places for stand in self.standing if stand.kind == kind)


class SeatHolder(NamedTuple):
    """Who has a seat, since the fact of `version`; nobody where `state` is free."""

    seat: str
    state: Kind | Literal["free"]
    version: int | None = None
    booking_id: str | None = None
    ticket_id: str | None = None
    allotment_id: str | None = None


class Cause(NamedTuple):
    """Why not. `because` are the fields that the decision looked at."""

    sentence: str
    because: Sequence[Because] = ()
    bounds: Sequence[Bound] = ()
    seats: Sequence[SeatHolder] = ()
