"""Which events a list is to show: the query parameters, and the conditions they become."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AfterValidator, StringConstraints

from query_api.conditions import Conditions

PRICE_MAX = 2**63 - 1

Sort = Literal["starts_at", "-starts_at", "name", "-name", "price", "-price"]


def in_utc(moment: datetime) -> datetime:
    """A time without a zone is UTC. Raises ValueError where the zone carries it out of the calendar."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("this time is outside the calendar") from None


Moment = Annotated[datetime, AfterValidator(in_utc)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


@dataclass(frozen=True, slots=True)
class EventFilters:
    """None where a filter was not given. `price_max` is in minor units."""

    starts_from: datetime | None = None
    starts_before: datetime | None = None
    venue_id: UUID | None = None
    category: str | None = None
    words: str | None = None
    price_max: int | None = None
    available: bool | None = None
    sort: Sort = "starts_at"

    def conditions(self, now: datetime, staff: bool) -> Conditions:
        """The filters as SQL over the tables of `event_shape.SELECT`."""
        found = Conditions()
        if not staff:
            found.add("l.status <> 'draft'")
        if self.starts_from is not None:
            found.add("l.starts_at >= {}", self.starts_from)
        if self.starts_before is not None:
            found.add("l.starts_at < {}", self.starts_before)
        if self.venue_id is not None:
            found.add("l.venue_id = {}", self.venue_id)
        if self.category is not None:
            found.add("l.category = {}", self.category)
        if self.price_max is not None:
            found.add("l.price_from <= {}", self.price_max)
        if self.words:
            found.add("(l.name ILIKE {} OR l.venue_name ILIKE {})", *(containing(self.words),) * 2)
        if self.available is not None:
            on_sale = "l.status = 'on_sale' AND NOT a.sold_out AND coalesce(l.ends_at, l.starts_at) > {}"
            found.add(f"({on_sale})" if self.available else f"NOT ({on_sale})", now)
        return found


def containing(words: str) -> str:
    """A pattern for ILIKE; what would be a wildcard stands for itself."""
    return "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


async def event_filters(
    *,
    starts_from: Annotated[
        Moment | None, Query(alias="from", description="Starts at this time or later")
    ] = None,
    starts_before: Annotated[Moment | None, Query(alias="to", description="Starts before this time")] = None,
    category: Annotated[str | None, Query(max_length=100, description="Of this category")] = None,
    words: Annotated[
        Words | None, Query(alias="q", description="Part of the event's or the venue's name")
    ] = None,
    price_max: Annotated[
        int | None,
        Query(ge=0, le=PRICE_MAX, description="With a ticket for this much or less, in minor units"),
    ] = None,
    available: Annotated[bool | None, Query(description="true: can be booked now; false: cannot")] = None,
    sort: Annotated[Sort, Query(description="The order; a minus turns it round")] = "starts_at",
) -> EventFilters:
    """The query parameters of every list of events, but the venue, which some have in their path."""
    return EventFilters(
        starts_from=starts_from,
        starts_before=starts_before,
        category=category,
        words=words,
        price_max=price_max,
        available=available,
        sort=sort,
    )


Filters = Annotated[EventFilters, Depends(event_filters)]
VenueId = Annotated[UUID | None, Query(description="At this venue")]
