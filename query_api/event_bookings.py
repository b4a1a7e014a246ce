"""The bookings of one event, at both of its addresses."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.booking_list import Status, answer_bookings
from query_api.callers import require_staff
from query_api.conditions import Conditions
from query_api.documenting import read_answers
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked
from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import begin, path_id
from resources.booking import Booking
from runtime.http.pages import Page

router = APIRouter(prefix="/api/v1", dependencies=DOCUMENTED)

SHOW_EXISTS = "SELECT 1 FROM projections.bookings_shows WHERE show_id = $1"


@router.get(
    "/events/{event_id}/bookings",
    operation_id="ListEventBookings",
    summary="Bookings of an event",
    tags=["events"],
    response_model=Page[Booking],
    responses=read_answers(EVENT_NOT_FOUND, page=True, forbidden=True),
)
@router.get(
    "/bookings/event/{event_id}",
    operation_id="ListBookingsOfEvent",
    summary="Bookings of an event",
    tags=["bookings"],
    response_model=Page[Booking],
    responses=read_answers(EVENT_NOT_FOUND, page=True, forbidden=True),
)
async def list_event_bookings(
    request: Request, event_id: str, asked: Asked, status: Status = None
) -> Response:
    """For staff. Newest first."""
    require_staff(request)
    show_id = path_id(request, "event_id", EVENT_NOT_FOUND)
    read = await begin(request, "bookings")
    await read.one(EVENT_NOT_FOUND, SHOW_EXISTS, show_id)
    conditions = Conditions()
    conditions.add("show_id = {}", show_id)
    return await answer_bookings(read, conditions, status, asked)
