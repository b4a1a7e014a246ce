"""What is on at one venue."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.documenting import read_answers
from query_api.event_filters import Filters
from query_api.event_list import answer_events
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked
from query_api.problems import VENUE_NOT_FOUND
from query_api.reading import begin, path_id
from query_api.venues import GET_VENUE
from resources.event import Event
from runtime.http.openapi import PUBLIC
from runtime.http.pages import Page

router = APIRouter(prefix="/api/v1/venues", tags=["venues"], dependencies=DOCUMENTED)


@router.get(
    "/{venue_id}/events",
    operation_id="ListVenueEvents",
    summary="Events at a venue",
    response_model=Page[Event],
    responses=read_answers(VENUE_NOT_FOUND, page=True),
    openapi_extra=PUBLIC,
)
async def list_venue_events(request: Request, filters: Filters, asked: Asked) -> Response:
    """As the list of all events, with the same filters and orders."""
    venue = path_id(request, "venue_id", VENUE_NOT_FOUND)
    await (await begin(request, "venues")).found(VENUE_NOT_FOUND, GET_VENUE, venue)
    return await answer_events(request, replace(filters, venue_id=venue), asked)
