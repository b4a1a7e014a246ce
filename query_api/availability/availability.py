"""What is left of an event: the read that an on-sale lives on."""

from datetime import datetime
from typing import Any, NamedTuple

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.as_of import PARAMETERS, as_of
from query_api.availability.availability_as_of import availability_then
from query_api.availability.availability_shape import SELECT, availability_shape
from query_api.availability.stock_now import at_this_moment
from query_api.documenting import read_answers
from query_api.drafts import require_may_see
from query_api.min_position import DOCUMENTED
from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import PointRead, begin, path_id
from resources.event import Availability
from runtime.http.access import OPTIONAL
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_bytes

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)


class Left(NamedTuple):
    draft: bool
    position: int
    body: orjson.Fragment


def left(row: Any, now: datetime) -> Left:
    shape = availability_shape(at_this_moment(row, now), row["position"])
    return Left(row["draft"], row["position"], orjson.Fragment(json_bytes(shape)))


GET_AVAILABILITY = PointRead(f"{SELECT} WHERE a.show_id = ANY ($1)", "show_id", left, timed=True)


@hot_route(
    router,
    "GET",
    "/{event_id}/availability",
    operation_id="GetAvailability",
    summary="Places left",
    parameters=PARAMETERS,
    response_model=Availability,
    responses=read_answers(EVENT_NOT_FOUND),
    access=OPTIONAL,
)
async def get_availability(request: Request) -> Response:
    """Places held, sold, kept back and left, in all and by ticket type, as of one position of the log.

    Holds that have run out count as free from that moment on.
    """
    event_id = path_id(request, "event_id", EVENT_NOT_FOUND)
    when = as_of(request)
    if when is not None:
        return await availability_then(request, event_id, when)
    read = await begin(request, "availability")
    found = await read.found(EVENT_NOT_FOUND, GET_AVAILABILITY, event_id)
    await require_may_see(request, EVENT_NOT_FOUND, event_id, hidden=found.draft)
    read.position = found.position
    return read.answer(found.body)
