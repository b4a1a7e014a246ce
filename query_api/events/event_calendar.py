"""A month of events, day by day, for a calendar to click on."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import AfterValidator, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from query_api.availability.stock_now import opened_by_time
from query_api.conditions import Conditions
from query_api.documenting import IF_NONE_MATCH, tagged_answers
from query_api.events.event_filters import EventFilters, on_sale
from query_api.events.event_list import NOT_OVER, behind, with_words
from query_api.min_position import DOCUMENTED
from query_api.reading import Read
from query_api.remembered import remembered
from query_api.sight import Sight, sight_of
from resources.calendar import CalendarMonth
from runtime.http.access import OPTIONAL
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane
from runtime.http.query_parameters import QueryParameters
from runtime.http.zones import ZoneName

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)


def first_day(month: str) -> str:
    """Raises ValueError for a month outside the calendar."""
    date.fromisoformat(f"{month}-01")
    return month


Month = Annotated[
    str, StringConstraints(pattern=r"^(19|2[0-9])\d\d-(0[1-9]|1[0-2])$"), AfterValidator(first_day)
]


def month_asked(
    month: Annotated[Month, Query(description="Year and month", examples=["2027-03"])],
    timezone: Annotated[
        ZoneName | None,
        Query(
            description="IANA time zone whose days these are; by default each venue's own",
            examples=["Europe/Rome"],
        ),
    ] = None,
) -> tuple[date, str | None]:
    """The month's first day, and the zone."""
    return date.fromisoformat(f"{month}-01"), timezone


ASKED = QueryParameters(month_asked, EventFilters)


@hot_route(
    router,
    "GET",
    "/calendar",
    operation_id="GetEventCalendar",
    summary="A month of events",
    parameters={**ASKED.parameters, **IF_NONE_MATCH},
    response_model=CalendarMonth,
    responses=tagged_answers(),
    access=OPTIONAL,
)
@in_lane(Lane.REPORTS)
async def event_calendar(request: Request) -> Response:
    """Every day of the month: how many events start on it, how many of them can be booked, and from what price.

    An event at half past midnight is on the day it is then at its venue. Takes the filters of the list; what is over
    counts too, unless `upcoming` is true.
    """

    async def month(read: Read) -> Response:
        (first, timezone), filters = ASKED.read(request)
        days = await days_of(read, filters, first, timezone, sight_of(request))
        return read.answer({"month": f"{first:%Y-%m}", "timezone": timezone, "days": days})

    return await remembered(request, behind(request), month)


MONTH = """SELECT {day} AS day, l.currency, count(*) AS events, min(l.price_from) AS price_from,
                  count(*) FILTER (WHERE {on_sale}) AS available
           FROM projections.listings AS l JOIN projections.availability AS a USING (show_id)
           {where} GROUP BY 1, 2 ORDER BY 1, 2"""
AT_THE_VENUE = "extract(day FROM l.local_day)::int"
IN_ONE_ZONE = "width_bucket(l.starts_at, {}::timestamptz[])"


async def days_of(
    read: Read, filters: EventFilters, first: date, timezone: str | None, sight: Sight
) -> list[dict[str, Any]]:
    days = [first + timedelta(days=number) for number in range(monthrange(first.year, first.month)[1])]
    opened = await opened_by_time(read)
    conditions = filters.conditions(read.now, sight, opened)
    if filters.words:
        with_words(conditions, filters.words)
    if filters.upcoming:
        conditions.add(NOT_OVER, read.now)
    day = in_month(conditions, days, timezone)
    available = on_sale(conditions, read.now, opened)
    query = MONTH.format(day=day, on_sale=available, where=conditions.where)
    rows = await read.rows(query, *conditions.arguments)
    return [day_shape(each, [row for row in rows if row["day"] == each.day]) for each in days]


def in_month(conditions: Conditions, days: list[date], timezone: str | None) -> str:
    """SQL for the day of the month on which a show starts, of those that start in it.

    The days of one zone are given by the moments at which they begin there, so one that is 23 hours long is right.
    """
    after = days[-1] + timedelta(days=1)
    if timezone is None:
        conditions.add("l.local_day >= {} AND l.local_day < {}", days[0], after)
        return AT_THE_VENUE
    zone = ZoneInfo(timezone)
    begins = [
        datetime(each.year, each.month, each.day, tzinfo=zone).astimezone(UTC) for each in (*days, after)
    ]
    conditions.add("l.starts_at >= {} AND l.starts_at < {}", begins[0], begins[-1])
    return IN_ONE_ZONE.format(conditions.argument(begins[:-1]))


def day_shape(day: date, rows: list[Any]) -> dict[str, Any]:
    """The shape of `resources.calendar.CalendarDay`; there is a row for each currency."""
    return {
        "date": day,
        "events": sum(row["events"] for row in rows),
        "available": sum(row["available"] for row in rows),
        "price_from": [{"amount": row["price_from"], "currency": row["currency"]} for row in rows],
    }
