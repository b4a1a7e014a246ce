"""One booking."""

from datetime import datetime
from typing import Any, NamedTuple

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api import as_of
from query_api.as_of import as_of as moment_asked
from query_api.bookings import booking_with_event
from query_api.bookings.booking_as_of import booking_then
from query_api.bookings.booking_shape import SELECT, booking_shape
from query_api.callers import OWN_BOOKING, may_read_booking
from query_api.documenting import read_answers
from query_api.min_position import DOCUMENTED
from query_api.problems import BOOKING_NOT_FOUND
from query_api.reading import PointRead, begin, path_id
from resources.booking import Booking, BookingWithEvent
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_bytes
from runtime.identity import Caller
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"], dependencies=DOCUMENTED)


class OneBooking(NamedTuple):
    customer_id: str | None
    show_id: str
    body: orjson.Fragment


def one_booking(row: Any, now: datetime) -> OneBooking:
    return OneBooking(
        row["customer_id"], row["show_id"], orjson.Fragment(json_bytes(booking_shape(row, now)))
    )


GET_BOOKING = PointRead(f"{SELECT} WHERE b.booking_id = ANY ($1)", "booking_id", one_booking)


@hot_route(
    router,
    "GET",
    "/{booking_id}",
    operation_id="GetBooking",
    summary="One booking",
    access=OWN_BOOKING,
    parameters={**as_of.PARAMETERS, **booking_with_event.PARAMETERS},
    response_model=Booking | BookingWithEvent,
    responses=read_answers(BOOKING_NOT_FOUND),
)
async def get_booking(request: Request) -> Response:
    """One's own, or any for staff. Somebody else's is not found, so that ids tell nothing.

    As of an earlier moment it is for whoever it belonged to then, and without its event.
    """
    me: Caller = request.state.caller
    booking_id = path_id(request, "booking_id", BOOKING_NOT_FOUND)
    when = moment_asked(request)
    if when is not None:
        return await booking_then(request, booking_id, when, me)
    if booking_with_event.EXPAND in request.query_params:
        return await booking_with_event.booking_with_event(request)
    read = await begin(request, "bookings")
    found = await read.found(BOOKING_NOT_FOUND, GET_BOOKING, booking_id)
    if not may_read_booking(me, found.customer_id, found.show_id):
        raise Problem(BOOKING_NOT_FOUND)
    return await read.opened(read.answer(found.body))
