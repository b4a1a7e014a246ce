"""The seat map of an event: whole, or what has changed since a position."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.documenting import IF_NONE_MATCH, tagged_answers
from query_api.drafts import require_may_see
from query_api.min_position import DOCUMENTED, POSITION_MAX, checked
from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import Read, begin, path_id
from query_api.seat_map.seat_map_etag import Known, etag, known
from query_api.seat_map.seat_map_reading import GET_CHANGES, GET_MAP, about, must_reset
from query_api.seat_map.seat_map_shape import changes_shape, map_shape
from resources.seat_map import SeatMap, SeatMapChanges
from runtime.http.access import OPTIONAL
from runtime.http.compressed import compressed
from runtime.http.entity_tags import is_any
from runtime.http.hot_route import hot_route

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)

SINCE = "since"
Since = Annotated[
    int | None,
    Query(
        ge=0, le=POSITION_MAX, description="Only what has changed after this `position` of an earlier answer."
    ),
]


@hot_route(
    router,
    "GET",
    "/{event_id}/seat-map",
    operation_id="GetSeatMap",
    summary="Which seats are free",
    parameters={SINCE: Since, **IF_NONE_MATCH},
    response_model=SeatMap | SeatMapChanges,
    responses=tagged_answers(EVENT_NOT_FOUND),
    access=OPTIONAL,
)
async def get_seat_map(request: Request) -> Response:
    """A character for each seat: free, held, sold or blocked. The whole house, or with `since` only the rows that have
    changed after that position; the whole house with `"reset": true` where changes cannot tell. Seats of holds that
    have run out are free at once.
    """
    read, show_id = await begin(request, "seat_map"), path_id(request, "event_id", EVENT_NOT_FOUND)
    since, has = checked_since(request), known(request.headers.get("if-none-match"))
    if since is not None:
        row = await read.one(EVENT_NOT_FOUND, GET_CHANGES, *about(show_id, read.now), since)
        if not must_reset(row, since):
            await require_may_see(request, EVENT_NOT_FOUND, show_id, hidden=row["draft"])
            return answer(request, read, row, has, lambda: changes_shape(row, since))
    row = await read.one(EVENT_NOT_FOUND, GET_MAP, *about(show_id, read.now), *has)
    await require_may_see(request, EVENT_NOT_FOUND, show_id, hidden=row["draft"])
    return answer(request, read, row, has, lambda: map_shape(row, reset=since is not None))


def checked_since(request: Request) -> int | None:
    """Raises RequestValidationError, answered 422, for anything but a position."""
    text = request.query_params.get(SINCE)
    return None if text is None else checked(text, "query", SINCE)


def answer(
    request: Request, read: Read, row: Any, has: Known, shape: Callable[[], dict[str, Any]]
) -> Response:
    """200 with what `shape` makes of the row, or 304 to who has it."""
    read.position = row["reached"]
    headers = {"ETag": etag(row), "Cache-Control": "no-cache"}
    if has == (row["position"], row["holds"]) or is_any(request.headers.get("if-none-match")):
        return Response(status_code=304, headers={**read.headers, **headers})
    made = read.answer(shape())
    made.headers.update(headers)
    return compressed(request, made)
