"""Statistics over everything, as they were, folded out of the whole log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BeforeValidator
from starlette.requests import Request

from audit_api.asking import asked, documented, position_header
from audit_api.documenting import audit_answers
from audit_api.failed import OVERLOADED, reading_the_log
from audit_api.lifespan_state import AuditServices
from audit_api.moments.overview import overview_then
from audit_api.moments.question import GroupBy, Question
from audit_api.moments.revenue import revenue_then
from audit_api.moments.when import AsOfAsked, clock, position_of, when
from audit_api.reads.recording import Told, recorded
from audit_api.roles import AUDITORS
from resources.statistics import Overview, Revenue, Statistics
from runtime.calendar import Calendar, Period
from runtime.http.client_gone import while_there
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.lanes import Lane, in_lane
from runtime.http.times import rfc_3339
from runtime.http.validation import wrong_parameter
from runtime.http.zones import ZoneName
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/audit/statistics", tags=["audit"])

ANSWERS = audit_answers({409: ["facts-unreadable"], 503: ["unavailable", "overloaded", "read-not-recorded"]})
ROWS_MAX = 10_000

SoldFrom = Annotated[
    datetime | None,
    BeforeValidator(rfc_3339),
    Query(alias="from", description="Sold at this time or later."),
]
SoldBefore = Annotated[
    datetime | None, BeforeValidator(rfc_3339), Query(alias="to", description="Sold before this time.")
]


class RevenueAsked(AsOfAsked):
    group_by: Annotated[GroupBy | None, Query(description="A row for each of these.")] = None
    period: Annotated[Period | None, Query(description="A row for each of these, none for all in one.")] = (
        None
    )
    timezone: Annotated[
        ZoneName,
        Query(description="IANA time zone by whose clocks periods begin.", examples=["Europe/Rome"]),
    ] = "UTC"
    sold_from: SoldFrom = None
    sold_before: SoldBefore = None
    event_id: Annotated[UUID | None, Query(description="Of this event.")] = None
    venue_id: Annotated[UUID | None, Query(description="At this venue.")] = None
    ticket_type_id: Annotated[UUID | None, Query(description="Of this ticket type.")] = None
    city: Annotated[
        str | None,
        Query(max_length=500, description="In this city; accents and capitals do not count."),
    ] = None

    def question(self) -> Question:
        """Raises Problem 422 where the time ends before it begins."""
        if self.sold_from is not None and self.sold_before is not None and self.sold_from > self.sold_before:
            raise wrong_parameter("to", "this is before `from`")
        calendar = None if self.period is None else Calendar(self.period, ZoneInfo(self.timezone))
        return Question(
            self.group_by, calendar, self.sold_from, self.sold_before, self.event_id, self.venue_id,
            self.ticket_type_id, None if self.city is None else self.city.strip(),
        )  # fmt: skip


@hot_route(
    router,
    "GET",
    "/overview",
    operation_id="AuditOverview",
    summary="Totals as of any moment",
    access=AUDITORS,
    parameters=documented(AsOfAsked),
    response_model=Overview,
    responses=ANSWERS,
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_overview(request: Request) -> Told:
    """What `GET /statistics/overview` answered then, out of the log itself.

    The whole log is read, so a long one takes long, and few at once may ask. As of a position, an event had begun if it
    had when the fact at that position was recorded.
    """
    services, query = asked(request, AsOfAsked)
    async with _walking(services):
        asked_when = await when(services, query)
        upto = await position_of(services, asked_when)
        at = await clock(services, asked_when)
        return _told(await overview_then(services.streams, upto, at, while_there(request.scope)), upto)


@hot_route(
    router,
    "GET",
    "/revenue",
    operation_id="AuditRevenue",
    summary="Revenue as of any moment",
    access=AUDITORS,
    parameters=documented(RevenueAsked),
    response_model=Statistics[Revenue],
    responses=ANSWERS,
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_revenue(request: Request) -> Told:
    """What `GET /statistics/revenue` answered then, out of the log itself, all rows on one page, of which there may be
    10,000. The whole log is read unless it is about one event.
    """
    services, query = asked(request, RevenueAsked)
    question = query.question()
    async with _walking(services):
        upto = await position_of(services, await when(services, query))
        rows = await revenue_then(services.streams, upto, question, ROWS_MAX, while_there(request.scope))
    if rows is None:
        raise wrong_parameter(
            "group_by",
            f"these are more than {ROWS_MAX} rows: ask for longer periods, or a shorter time",
            "period",
        )
    return _told({"items": rows, "next": None, "as_of_position": upto}, upto)


@asynccontextmanager
async def _walking(services: AuditServices) -> AsyncIterator[None]:
    """Raises Problem 503 `overloaded` where there is no place for another walk, and `unavailable`."""
    if services.walking.locked():
        raise Problem(OVERLOADED)
    async with services.walking:
        with reading_the_log():
            yield


def _told(body: dict[str, Any], position: int) -> Told:
    """Nothing in it is about a person."""
    return Told(json_answer(body, headers=position_header(position)), 0)
