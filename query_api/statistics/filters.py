"""What of the sales a statistic is about: its query parameters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Query
from pydantic import AfterValidator
from starlette.requests import Request

from query_api.events.event_filters import Folded, Moment
from query_api.sight import EVERYTHING, Sight, sight_of
from runtime.calendar import Calendar, Period
from runtime.http.validation import wrong_parameter
from runtime.http.zones import ZoneName

YEARS = range(1970, 2201)


def in_our_time(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError(f"the year must be from {YEARS[0]} to {YEARS[-1]}")
    return moment


Time = Annotated[Moment, AfterValidator(in_our_time)]
Zone = Annotated[
    ZoneName, Query(description="IANA time zone by whose clocks periods begin", examples=["Europe/Rome"])
]
OptionalZone = Annotated[
    ZoneName | None,
    Query(
        description="IANA time zone of the periods; without it the event's own, or UTC",
        examples=["Europe/Rome"],
    ),
]
SoldFrom = Annotated[Time | None, Query(alias="from", description="Sold at this time or later")]
SoldBefore = Annotated[Time | None, Query(alias="to", description="Sold before this time")]
PeriodAsked = Annotated[Period | None, Query(description="A row for each of these, none for all in one")]
EventId = Annotated[UUID | None, Query(description="Of this event")]
VenueId = Annotated[UUID | None, Query(description="At this venue")]
TypeId = Annotated[UUID | None, Query(description="Of this ticket type")]
City = Annotated[Folded | None, Query(description="In this city; accents and capitals do not count")]


@dataclass(frozen=True, slots=True)
class Filters:
    """None where one was not given. `city` is folded; `cities` are the ways in which shows write it and `city_venues`
    the keys of the venues there, once they are known: sums are found by venue. Whatever was given, the statistic is
    about shows in `sight` only.
    """

    sold_from: datetime | None = None
    sold_before: datetime | None = None
    event_id: UUID | None = None
    venue_id: UUID | None = None
    ticket_type_id: UUID | None = None
    city: str | None = None
    cities: tuple[str, ...] = ()
    city_venues: tuple[UUID, ...] = ()
    sight: Sight = EVERYTHING


async def filters(
    request: Request,
    *,
    sold_from: SoldFrom = None,
    sold_before: SoldBefore = None,
    event_id: EventId = None,
    venue_id: VenueId = None,
    ticket_type_id: TypeId = None,
    city: City = None,
) -> Filters:
    """The query parameters of revenue."""
    require_order(sold_from, sold_before)
    return Filters(sold_from, sold_before, event_id, venue_id, ticket_type_id, city, sight=sight_of(request))


FiltersAsked = Annotated[Filters, Depends(filters)]


def require_order(begin: datetime | None, end: datetime | None) -> None:
    """Raises Problem 422 when the range ends before it begins."""
    if begin is not None and end is not None and begin > end:
        raise wrong_parameter("to", "this is before `from`")


def calendar(period: Period | None, zone: str) -> Calendar | None:
    return None if period is None else Calendar(period, ZoneInfo(zone))
