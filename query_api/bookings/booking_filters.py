"""Which bookings a list for staff is to show: the query parameters, and the conditions on `bookings` they become."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import StringConstraints
from starlette.requests import Request

from query_api.bookings.booking_list import Status, require_status
from query_api.conditions import Conditions
from query_api.events.event_filters import Moment
from query_api.sight import EVERYTHING, Sight, sight_of
from resources.booking import BookingStatus

WORDS_MAX_CHARS = 200

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=WORDS_MAX_CHARS)]


@dataclass(frozen=True, slots=True)
class BookingFilters:
    """None, or no text, where a filter was not given. Whatever was, only shows in `sight` are looked at."""

    q: str | None = None
    name: str | None = None
    email: str | None = None
    code: str | None = None
    event: str | None = None
    event_id: UUID | None = None
    venue: str | None = None
    venue_id: UUID | None = None
    ticket_type: str | None = None
    ticket_type_id: UUID | None = None
    customer_id: UUID | None = None
    status: BookingStatus | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    sight: Sight = EVERYTHING

    def conditions(self, now: datetime) -> Conditions:
        """Those that the booking's own row answers."""
        found = Conditions()
        if self.customer_id is not None:
            found.add("b.customer_id = {}", self.customer_id)
        if self.created_from is not None:
            found.add("b.created_at >= {}", self.created_from)
        if self.created_before is not None:
            found.add("b.created_at < {}", self.created_before)
        require_status(found, self.status, now)
        return found


def given_id(text: str) -> UUID | None:
    """The id in what may be an id or a name."""
    try:
        return UUID(text)
    except ValueError:
        return None


async def booking_filters(
    request: Request,
    *,
    q: Annotated[
        Words | None,
        Query(
            description="One box: words of the customer's, a holder's or the event's name, by their beginnings; a "
            "booking's or ticket's code, with its dash or without; an e-mail address or its beginning. Each word must "
            "be met. Where nothing is, what is spelt much like it."
        ),
    ] = None,
    name: Annotated[
        Words | None, Query(description="Words of the customer's or a holder's name, or their beginnings")
    ] = None,
    email: Annotated[
        Words | None, Query(description="The customer's e-mail address, or its beginning")
    ] = None,
    code: Annotated[
        Words | None, Query(description="A booking's or ticket's code, with its dash or without")
    ] = None,
    event: Annotated[Words | None, Query(description="The event: its id, or words of its name")] = None,
    venue: Annotated[Words | None, Query(description="The venue: its id, or words of its name")] = None,
    venue_id: Annotated[UUID | None, Query(description="Of events at this venue")] = None,
    ticket_type: Annotated[
        Words | None, Query(description="With a ticket of this type: its id, or words of its name")
    ] = None,
    customer_id: Annotated[UUID | None, Query(description="Of this account")] = None,
    status: Status = None,
    created_from: Annotated[
        Moment | None, Query(alias="from", description="Made at this time or later")
    ] = None,
    created_before: Annotated[Moment | None, Query(alias="to", description="Made before this time")] = None,
) -> BookingFilters:
    """The query parameters of every list of bookings for staff, but the ids that some have in their path."""
    return BookingFilters(
        q=q,
        name=name,
        email=email,
        code=code,
        event=event,
        venue=venue,
        venue_id=venue_id,
        ticket_type=ticket_type,
        customer_id=customer_id,
        status=status,
        created_from=created_from,
        created_before=created_before,
        sight=sight_of(request),
    )


EventId = Annotated[UUID | None, Query(description="For this event")]
TicketTypeId = Annotated[UUID | None, Query(description="With a ticket of this type")]
Filters = Annotated[BookingFilters, Depends(booking_filters)]
