"""Changes to an event: edit, reschedule, reopen, cancel, delete."""

from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.about_owned import about_show
from command_api.answers.event import changed_event, deleted_event
from command_api.asking import Asking, asked
from command_api.bodies.event_changes import CancelEventBody, EventChange, EventReplacement, RescheduleBody
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.path_ids import path_id
from command_api.roles import OWNERS
from domain.seating_plan import BadSeatingPlan
from domain.show.commands import CancelShow, ChangeShow, DeleteShow, ReopenSales, RescheduleShow
from domain.show.refusals import (
    BadOffer,
    NotOnSale,
    PlacesInUse,
    ShowHasBookings,
    ShowIsCancelled,
    ShowIsOver,
    ShowNotFound,
)
from resources import event as resources
from runtime.http.hot_route import hot_route

router = APIRouter(prefix="/api/v1/events", tags=["events"])

CHANGE = TypeAdapter(EventChange)
REPLACEMENT = TypeAdapter(EventReplacement)
RESCHEDULE = TypeAdapter(RescheduleBody)
CANCEL = TypeAdapter(CancelEventBody)

CHANGE_ANSWERS = command_answers(
    200, ShowNotFound, ShowIsCancelled, ShowIsOver, PlacesInUse, BadOffer, BadSeatingPlan
)


@hot_route(
    router,
    "PATCH",
    "/{event_id}",
    operation_id="ChangeEvent",
    summary="Change some of an event's details and rules",
    access=OWNERS,
    body=EventChange,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=CHANGE_ANSWERS,
)
async def change_event(request: Request) -> Response:
    """What is left out stays. Capacity may grow, and shrink to what is held, sold and kept back."""
    show_id = path_id(request, "event_id", ShowNotFound)
    asking = await asked(request, CHANGE)
    return await _change(asking, show_id)


@hot_route(
    router,
    "PUT",
    "/{event_id}",
    operation_id="ReplaceEvent",
    summary="Change an event's details and rules, all of them",
    access=OWNERS,
    body=EventReplacement,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=CHANGE_ANSWERS,
)
async def replace_event(request: Request) -> Response:
    """What is left out is set back to nothing; plan and ticket types stay unless they are given."""
    show_id = path_id(request, "event_id", ShowNotFound)
    asking = await asked(request, REPLACEMENT)
    return await _change(asking, show_id)


@hot_route(
    router,
    "DELETE",
    "/{event_id}",
    operation_id="DeleteEvent",
    summary="Delete an event that was never booked",
    access=OWNERS,
    parameters=COMMAND_HEADERS,
    status_code=204,
    responses=command_answers(204, ShowNotFound, ShowHasBookings),
)
async def delete_event(request: Request) -> Response:
    """Once it has had a booking it can only be cancelled."""
    show_id = path_id(request, "event_id", ShowNotFound)
    asking = await asked(request, NOTHING, empty=EMPTY)
    command = DeleteShow(show_id, asking.now)
    return await about_show(asking, show_id, command, deleted_event)


@hot_route(
    router,
    "POST",
    "/{event_id}/reschedule",
    operation_id="RescheduleEvent",
    summary="Move an event to another time",
    access=OWNERS,
    body=RescheduleBody,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=command_answers(200, ShowNotFound, ShowIsCancelled, ShowIsOver, BadOffer),
)
async def reschedule_event(request: Request) -> Response:
    """Bookings keep their places. Saving the same instant again changes nothing."""
    show_id = path_id(request, "event_id", ShowNotFound)
    asking = await asked(request, RESCHEDULE)
    command = RescheduleShow(show_id, asking.body.starts_at, asking.now, asking.body.ends_at)
    return await about_show(asking, show_id, command, changed_event)


@hot_route(
    router,
    "POST",
    "/{event_id}/reopen-sales",
    operation_id="ReopenSales",
    summary="Sell again after sales were closed",
    access=OWNERS,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=command_answers(200, ShowNotFound, NotOnSale, ShowIsCancelled, ShowIsOver),
)
async def reopen_sales(request: Request) -> Response:
    """An event that is on sale already stays so."""
    show_id = path_id(request, "event_id", ShowNotFound)
    asking = await asked(request, NOTHING, empty=EMPTY)
    command = ReopenSales(show_id, asking.now)
    return await about_show(asking, show_id, command, changed_event)


@hot_route(
    router,
    "POST",
    "/{event_id}/cancel",
    operation_id="CancelEvent",
    summary="Call an event off",
    access=OWNERS,
    body=CancelEventBody | None,
    parameters=COMMAND_HEADERS,
    response_model=resources.Event,
    responses=command_answers(200, ShowNotFound, ShowIsOver),
)
async def cancel_event(request: Request) -> Response:
    """Nothing is sold from now on. Every booking is cancelled and refunded in full, soon after and for certain."""
    show_id = path_id(request, "event_id", ShowNotFound)
    asking = await asked(request, CANCEL, empty=EMPTY)
    command = CancelShow(show_id, asking.now, asking.body.reason)
    return await about_show(asking, show_id, command, changed_event)


async def _change(asking: Asking[Any], show_id: str) -> Response:
    body: EventChange = asking.body
    command = ChangeShow(
        show_id,
        asking.now,
        name=body.name,
        description="" if body.takes_away("description") else body.description,
        category="" if body.takes_away("category") else body.category,
        rules=body.rules(),
        rule_names=body.rule_names(),
        plan=body.seating_plan.value() if body.seating_plan else None,
        capacity=body.capacity,
        payment_window_seconds=body.payment_window_seconds,
        no_payment_window=body.takes_away("payment_window_seconds"),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        no_end=body.takes_away("ends_at"),
    )
    return await about_show(asking, show_id, command, changed_event)
