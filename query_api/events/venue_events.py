"""What is on at one venue."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.documenting import IF_NONE_MATCH, tagged_answers
from query_api.events.event_list import LISTED, answer_events, behind
from query_api.min_position import DOCUMENTED
from query_api.problems import VENUE_NOT_FOUND
from query_api.reading import Read, begin, path_id
from query_api.remembered import remembered
from query_api.sight import sight_of
from query_api.venues import GET_VENUE
from resources.event import Event
from runtime.http.access import OPTIONAL
from runtime.http.hot_route import hot_route
from runtime.http.pages import Page

router = APIRouter(prefix="/api/v1/venues", tags=["venues"], dependencies=DOCUMENTED)


@hot_route(
    router,
    "GET",
    "/{venue_id}/events",
    operation_id="ListVenueEvents",
    summary="Events at a venue",
    parameters={
        **{name: each for name, each in LISTED.parameters.items() if name != "venue_id"},
        **IF_NONE_MATCH,
    },
    response_model=Page[Event],
    responses=tagged_answers(VENUE_NOT_FOUND, page=True),
    access=OPTIONAL,
)
async def list_venue_events(request: Request) -> Response:
    """As the list of all events, with the same filters and orders."""
    venue = path_id(request, "venue_id", VENUE_NOT_FOUND)

    async def page(read: Read) -> Response:
        asked, filters, sort = LISTED.read(request)
        await (await begin(request, "venues")).found(VENUE_NOT_FOUND, GET_VENUE, venue)
        here = replace(filters, venue_id=venue)
        return await answer_events(read, here, asked, sort, sight_of(request))

    return await remembered(request, behind(request), page)
