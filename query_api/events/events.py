"""Events: lists, one, its ticket types."""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.as_of import PARAMETERS, as_of
from query_api.availability.stock_now import at_this_moment
from query_api.documenting import IF_NONE_MATCH, read_answers, tagged_answers
from query_api.drafts import require_may_see
from query_api.events.event_as_of import event_then
from query_api.events.event_list import LISTED, answer_events, behind
from query_api.events.event_shape import PROJECTORS, event_text, select
from query_api.min_position import DOCUMENTED
from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import PointRead, Read, begin, path_id
from query_api.remembered import remembered
from query_api.sight import sight_of
from resources.event import Event, OfferedTicketType
from runtime.http.access import OPTIONAL
from runtime.http.hot_route import hot_route
from runtime.http.pages import Page

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)

LIST: dict[str, Any] = {
    "parameters": {**LISTED.parameters, **IF_NONE_MATCH},
    "response_model": Page[Event],
    "responses": tagged_answers(page=True),
    "access": OPTIONAL,
}
FOUND: dict[str, Any] = {"responses": read_answers(EVENT_NOT_FOUND), "access": OPTIONAL}


@hot_route(router, "GET", "", operation_id="ListEvents", summary="Events", **LIST)
async def list_events(request: Request) -> Response:
    """What is not over yet, unless `from` is given or `upcoming` is false. Drafts are for staff, and for the
    organizer whose they are.
    """

    async def page(read: Read) -> Response:
        asked, filters, sort = LISTED.read(request)
        return await answer_events(read, filters, asked, sort, sight_of(request))

    return await remembered(request, behind(request), page)


@hot_route(
    router,
    "GET",
    "/available",
    operation_id="ListAvailableEvents",
    summary="Events that can be booked",
    **LIST,
)
async def list_available_events(request: Request) -> Response:
    """On sale, not over, and not sold out."""

    async def page(read: Read) -> Response:
        asked, filters, sort = LISTED.read(request)
        return await answer_events(read, replace(filters, available=True), asked, sort, sight_of(request))

    return await remembered(request, behind(request), page)


class OneEvent(NamedTuple):
    """`text` is the JSON of `resources.event.Event`."""

    draft: bool
    text: str

    @property
    def shape(self) -> dict[str, Any]:
        shape: dict[str, Any] = orjson.loads(self.text)
        return shape


def one_event(row: Any, now: datetime) -> OneEvent:
    return OneEvent(row["status"] == "draft", event_text(at_this_moment(row, now)))


GET_EVENT = PointRead(f"{select('$2')} WHERE l.show_id = ANY ($1)", "show_id", one_event, timed=True)


@hot_route(
    router,
    "GET",
    "/{event_id}",
    operation_id="GetEvent",
    summary="One event",
    parameters=PARAMETERS,
    response_model=Event,
    **FOUND,
)
async def get_event(request: Request) -> Response:
    """With its ticket types and what is left of each."""
    when = as_of(request)
    if when is not None:
        return await event_then(request, path_id(request, "event_id", EVENT_NOT_FOUND), when)
    read, event = await found(request)
    return read.answer(orjson.Fragment(event.text))


@hot_route(
    router,
    "GET",
    "/{event_id}/ticket-types",
    operation_id="ListEventTicketTypes",
    summary="Ticket types of an event",
    response_model=Page[OfferedTicketType],
    **FOUND,
)
async def list_event_ticket_types(request: Request) -> Response:
    """In the order in which the organiser gave them. They are few: there is one page."""
    read, event = await found(request)
    return read.answer({"items": event.shape["ticket_types"], "next": None})


async def found(request: Request) -> tuple[Read, OneEvent]:
    """The event in the path. Raises Problem 404, also for a draft that the caller may not see."""
    read = await begin(request, *PROJECTORS)
    show_id = path_id(request, "event_id", EVENT_NOT_FOUND)
    event = await read.found(EVENT_NOT_FOUND, GET_EVENT, show_id)
    await require_may_see(request, EVENT_NOT_FOUND, show_id, hidden=event.draft)
    return read, event
