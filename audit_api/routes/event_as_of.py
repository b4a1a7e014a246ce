"""An event as it was, folded out of its own facts."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from audit_api.answers.availability import availability_body
from audit_api.answers.seat_map import seat_map_body
from audit_api.asking import asked, documented, position_header
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.lifespan_state import AuditServices
from audit_api.moments.folding import fold_all
from audit_api.moments.revenue_of_show import RevenueOfShow
from audit_api.moments.show import ShowThen, show_then, stream_then
from audit_api.moments.when import AsOfAsked, When, position_of, when
from audit_api.reads.recording import Told, recorded
from audit_api.roles import AUDITORS
from audit_api.routes.events import stream_of_event
from resources.event import Availability, Event
from resources.rendering.event import event_body
from resources.seat_map import SeatMap
from resources.statistics import EventRevenue
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.lanes import Lane, in_lane
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/audit/events", tags=["audit"])

ANSWERS = audit_answers({404: ["event-not-found"], 409: ["facts-unreadable"]})

Body = Callable[[ShowThen, int], dict[str, Any]]
"""What is answered about a show, when the log stood at that position."""


@hot_route(
    router,
    "GET",
    "/{event_id}/as-of",
    operation_id="AuditEventAsOf",
    summary="An event as of any moment",
    access=AUDITORS,
    parameters=documented(AsOfAsked),
    response_model=Event,
    responses=ANSWERS,
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_event_as_of(request: Request) -> Told:
    """What `GET /events/{id}` answered then, out of the log itself. A hold that had run out by `as_of` had left its
    places free; a position knows no clock.
    """
    return await _answer(request, lambda then, _: event_body(then.show))


@hot_route(
    router,
    "GET",
    "/{event_id}/availability",
    operation_id="AuditEventAvailability",
    summary="Availability as of any moment",
    access=AUDITORS,
    parameters=documented(AsOfAsked),
    response_model=Availability,
    responses=ANSWERS,
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_event_availability(request: Request) -> Told:
    """What `GET /events/{id}/availability` answered then, out of the log itself."""
    return await _answer(request, lambda then, position: availability_body(then.show, position))


@hot_route(
    router,
    "GET",
    "/{event_id}/seat-map",
    operation_id="AuditEventSeatMap",
    summary="Seat map as of any moment",
    access=AUDITORS,
    parameters=documented(AsOfAsked),
    response_model=SeatMap,
    responses=ANSWERS,
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_event_seat_map(request: Request) -> Told:
    """What `GET /events/{id}/seat-map` answered then, the whole house, out of the log itself."""
    return await _answer(request, lambda then, _: seat_map_body(then.show, then.drawn))


@hot_route(
    router,
    "GET",
    "/{event_id}/revenue",
    operation_id="AuditEventRevenue",
    summary="Revenue of an event as of any moment",
    access=AUDITORS,
    parameters=documented(AsOfAsked),
    response_model=EventRevenue,
    responses=ANSWERS,
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_event_revenue(request: Request) -> Told:
    """What `GET /events/{id}/revenue` answered then, out of the log itself: in all and by ticket type."""
    services, stream, asked_when = await _asked(request)
    revenue = RevenueOfShow()
    with reading_the_log():
        async for page in stream_then(services, stream, asked_when):
            fold_all(page, revenue.fold)
        position = max(revenue.position, await position_of(services, asked_when))
    if not revenue.books.is_there:
        raise _not_then(request)
    return _told(revenue.body(position), asked_when)


async def _answer(request: Request, body: Body) -> Told:
    services, stream, asked_when = await _asked(request)
    with reading_the_log():
        then = await show_then(services, stream, asked_when)
        position = max(then.position, await position_of(services, asked_when))
    if not then.is_there:
        raise _not_then(request)
    return _told(body(then, position), asked_when)


async def _asked(request: Request) -> tuple[AuditServices, str, When]:
    """Raises Problem 404 `event-not-found`, 422."""
    services, query = asked(request, AsOfAsked)
    with reading_the_log():
        asked_when = await when(services, query)
        return services, await stream_of_event(services, request.path_params["event_id"]), asked_when


def _told(body: dict[str, Any], asked_when: When) -> Told:
    """Nothing in it is about a person."""
    return Told(json_answer(body, headers=position_header(asked_when.upto)), 0)


def _not_then(request: Request) -> Problem:
    return Problem.of(
        404,
        "event-not-found",
        "There is no such event",
        "There was none at the time or position that is asked about.",
        event_id=request.path_params["event_id"],
    )
