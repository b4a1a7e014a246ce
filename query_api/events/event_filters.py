"""Which events a list is to show: the query parameters, and the conditions they become."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, StringConstraints

from query_api.conditions import Condition, Conditions
from query_api.sight import NOTHING, Sight
from resources.event import EventStatus
from runtime.folding import fold

PRICE_MAX = 2**63 - 1


def in_utc(moment: datetime) -> datetime:
    """A time without a zone is UTC. Raises ValueError where the zone carries it out of the calendar."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("this time is outside the calendar") from None


Moment = Annotated[datetime, AfterValidator(in_utc)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Folded = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(fold)]

# What time has opened, see `stock_now.opened_by_time`, is seldom anything: then nothing is said of it.
ON_SALE = "l.status = 'on_sale' AND NOT a.sold_out AND l.over_at > {now}"
ON_SALE_OR_OPENED = """l.status = 'on_sale' AND (NOT a.sold_out OR l.show_id = ANY ({opened}::uuid[]))
                       AND l.over_at > {now}"""

NO_DRAFT: Condition = ("l.status <> 'draft'",)


def on_sale(conditions: Conditions, now: datetime, opened: Sequence[str]) -> str:
    """SQL for what can be booked, with its arguments among those of `conditions`."""
    at = conditions.argument(now)
    if not opened:
        return ON_SALE.format(now=at)
    return ON_SALE_OR_OPENED.format(now=at, opened=conditions.argument(opened))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilters:
    """The query parameters of every list of events; None where one was not given. Names are folded."""

    starts_from: Annotated[
        Moment | None, Query(alias="from", description="Starts at this time or later; shows the past, too")
    ] = None
    starts_before: Annotated[Moment | None, Query(alias="to", description="Starts before this time")] = None
    upcoming: Annotated[
        bool | None,
        Query(description="true: only what is not over, the default without `from`; false: the past, too"),
    ] = None
    venue_id: Annotated[UUID | None, Query(description="At this venue")] = None
    venue: Annotated[
        Folded | None, Query(description="At a venue of this name; accents and capitals do not count")
    ] = None
    city: Annotated[Folded | None, Query(description="In this city; accents and capitals do not count")] = (
        None
    )
    category: Annotated[
        Folded | None, Query(description="Of this category; accents and capitals do not count")
    ] = None
    words: Annotated[
        Words | None,
        Query(
            alias="q",
            description="With words that begin like these, in its name, venue, city, category or description",
        ),
    ] = None
    price_min: Annotated[
        int | None,
        Query(ge=0, le=PRICE_MAX, description="With a ticket for this much or more, in minor units"),
    ] = None
    price_max: Annotated[
        int | None,
        Query(ge=0, le=PRICE_MAX, description="With a ticket for this much or less, in minor units"),
    ] = None
    available: Annotated[
        bool | None,
        Query(description="true: on sale and not sold out; false: the rest. Sales windows do not count."),
    ] = None
    status: Annotated[
        EventStatus | None,
        Query(description="In this status; drafts are for staff and for the organizer whose they are"),
    ] = None
    mine: Annotated[
        bool,
        Query(
            description="true: only an organizer's own, drafts among them; of anybody else there is nothing"
        ),
    ] = False

    @property
    def without_past(self) -> bool:
        """Unless the caller says otherwise, a list begins now."""
        return self.starts_from is None if self.upcoming is None else self.upcoming

    def conditions(self, now: datetime, sight: Sight, opened: Sequence[str]) -> Conditions:
        """The filters as SQL over the tables of `event_shape.SELECT`, but for `words` and `without_past`: how these are
        found best depends on the order. `opened` by time counts as available.
        """
        found = Conditions()
        if self.mine:
            found.add_all([sight.own("l.owner_id")])
        if sight == NOTHING:
            found.add_all([NO_DRAFT])
        elif sight.is_limited:
            found.add_any([NO_DRAFT], sight.conditions_on("l.show_id", "l.owner_id = {}"))
        for condition, value in (
            ("l.starts_at >= {}", self.starts_from),
            ("l.starts_at < {}", self.starts_before),
            ("l.venue_id = {}", self.venue_id),
            ("l.venue_key = {}", self.venue),
            ("l.city_key = {}", self.city),
            ("l.category_key = {}", self.category),
            ("l.price_to >= {}", self.price_min),
            ("l.price_from <= {}", self.price_max),
            ("l.status = {}", self.status),
        ):
            if value is not None:
                found.add(condition, value)
        if self.available is not None:
            can_be_booked = on_sale(found, now, opened)
            found.add(f"({can_be_booked})" if self.available else f"NOT ({can_be_booked})")
        return found
