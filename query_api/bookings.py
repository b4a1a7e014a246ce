"""One booking."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.booking_shape import SELECT, booking_shape
from query_api.booking_with_event import EXPAND, PARAMETERS, booking_with_event
from query_api.callers import STAFF, caller
from query_api.documenting import read_answers
from query_api.min_position import DOCUMENTED
from query_api.problems import BOOKING_NOT_FOUND
from query_api.reading import begin, path_id
from resources.booking import Booking, BookingWithEvent
from runtime.http.hot_route import hot_route
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"], dependencies=DOCUMENTED)


GET_BOOKING = f"{SELECT} WHERE booking_id = $1"


@hot_route(
    router,
    "GET",
    "/{booking_id}",
    operation_id="GetBooking",
    summary="One booking",
    parameters=PARAMETERS,
    response_model=Booking | BookingWithEvent,
    responses=read_answers(BOOKING_NOT_FOUND),
)
async def get_booking(request: Request) -> Response:
    """One's own, or any for staff. Somebody else's is not found, so that ids tell nothing."""
    if EXPAND in request.query_params:
        return await booking_with_event(request)
    me = caller(request)
    read = await begin(request, "bookings")
    row = await read.one(BOOKING_NOT_FOUND, GET_BOOKING, path_id(request, "booking_id", BOOKING_NOT_FOUND))
    if row["customer_id"] != me.id and me.role not in STAFF:
        raise Problem(BOOKING_NOT_FOUND)
    return read.answer(booking_shape(row, read.now))
