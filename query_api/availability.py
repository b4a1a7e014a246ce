"""What is left of an event: the read that an on-sale lives on."""

from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import is_staff
from query_api.documenting import read_answers
from query_api.min_position import DOCUMENTED
from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import begin, path_id
from resources.event import Availability
from runtime.http.hot_route import hot_route
from runtime.http.openapi import PUBLIC
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)

# The position is read by the same statement, so it is exactly the one at which the figures stand.
GET_AVAILABILITY = """SELECT show_id::text, draft, capacity, held, sold, blocked, available, sold_out, by_ticket_type,
                             (SELECT position FROM eventstore.checkpoints
                              WHERE log_id = 1 AND subscription = 'availability') AS position
                      FROM projections.availability WHERE show_id = $1"""


@hot_route(
    router,
    "GET",
    "/{event_id}/availability",
    operation_id="GetAvailability",
    summary="Places left",
    response_model=Availability,
    responses=read_answers(EVENT_NOT_FOUND),
    openapi_extra=PUBLIC,
)
async def get_availability(request: Request) -> Response:
    """Places held, sold, kept back and left, in all and by ticket type, as of one position of the log."""
    read = await begin(request, "availability")
    row = await read.one(EVENT_NOT_FOUND, GET_AVAILABILITY, path_id(request, "event_id", EVENT_NOT_FOUND))
    if row["draft"] and not is_staff(request):
        raise Problem(EVENT_NOT_FOUND)
    read.position = row["position"]
    return read.answer(availability_shape(row))


def availability_shape(row: Any) -> dict[str, Any]:
    """The shape of `resources.event.Availability`."""
    return {
        "event_id": row["show_id"],
        "capacity": row["capacity"],
        "held": row["held"],
        "sold": row["sold"],
        "blocked": row["blocked"],
        "available": row["available"],
        "sold_out": row["sold_out"],
        "by_ticket_type": orjson.Fragment(row["by_ticket_type"]),
        "as_of_position": row["position"],
    }
