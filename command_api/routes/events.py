"""Events: schedule, publish, close sales."""

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.about_owned import about_show, show_version
from command_api.aggregates import SHOW
from command_api.answers.event import changed_event, created_event
from command_api.asking import asked
from command_api.bodies.event import EventBody
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.ownership import whose
from command_api.path_ids import path_id
from command_api.roles import OWNERS
from command_api.scheduling import schedule_command
from domain.seating_plan import BadSeatingPlan
from domain.show.commands import CloseSales, PublishShow, ScheduleShow
from domain.show.refusals import (
    BadOffer,
    NotOnSale,
    SalesAreClosed,
    ShowIsCancelled,
    ShowIsOver,
    ShowNotFound,
)
from domain.ticket_type.refusals import TicketTypeIsWithdrawn, TicketTypeNotFound
from domain.venue.refusals import VenueIsClosed, VenueNotFound
from resources import event as resources
from runtime.http.hot_route import hot_route
from runtime.ids import new_id
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/events", tags=["events"])

EVENT_BODY = TypeAdapter(EventBody)


@hot_route(
    router,
    "POST",
    "",
    operation_id="CreateEvent",
    summary="Put an event on sale",
    access=OWNERS,
    body=EventBody,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    status_code=201,
    responses=command_answers(
        201,
        VenueNotFound,
        TicketTypeNotFound,
        VenueIsClosed,
        TicketTypeIsWithdrawn,
        BadOffer,
        BadSeatingPlan,
    ),
)
async def create_event(request: Request) -> Response:
    """In a venue, whose plan it copies, or with a plan or a bare `capacity` of its own.

    `"status":"draft"` keeps it off sale until it is published.
    """
    asking = await asked(request, EVENT_BODY)
    show_id = new_id()
    owner = whose(asking, asking.body.organizer_id)
    try:
        command = await schedule_command(asking.services.store, show_id, asking.body, asking.now, owner)
    except Problem as problem:
        # The venue may have been closed since this very request was carried out for the first time.
        return await asking.first_answer_or(ScheduleShow.__name__, problem)
    return await asking.carry_out(SHOW, show_id, command, created_event, version=show_version, creates=True)


@hot_route(
    router,
    "POST",
    "/{event_id}/publish",
    operation_id="PublishEvent",
    summary="Put a draft on sale",
    access=OWNERS,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=command_answers(200, ShowNotFound, SalesAreClosed, ShowIsCancelled, ShowIsOver),
)
async def publish_event(request: Request) -> Response:
    """An event that is on sale already stays so."""
    show_id = path_id(request, "event_id", ShowNotFound)
    asking = await asked(request, NOTHING, empty=EMPTY)
    command = PublishShow(show_id, asking.now)
    return await about_show(asking, show_id, command, changed_event)


@hot_route(
    router,
    "POST",
    "/{event_id}/close-sales",
    operation_id="CloseSales",
    summary="End the sale of an event",
    access=OWNERS,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=command_answers(200, ShowNotFound, NotOnSale, ShowIsCancelled, ShowIsOver),
)
async def close_sales(request: Request) -> Response:
    """Bookings that were made stand; no new ones are taken."""
    show_id = path_id(request, "event_id", ShowNotFound)
    asking = await asked(request, NOTHING, empty=EMPTY)
    command = CloseSales(show_id, asking.now)
    return await about_show(asking, show_id, command, changed_event)
