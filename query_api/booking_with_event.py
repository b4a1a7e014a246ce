"""A booking with its event: what a wallet shows, and what is printed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from query_api.booking_list import Expand, private
from query_api.booking_shape import WITH_EVENT, booking_with_event_shape
from query_api.callers import STAFF, caller
from query_api.problems import BOOKING_NOT_FOUND
from query_api.reading import Read, begin, path_id
from runtime.http.validation import validation_problem
from runtime.problems import Problem

EXPAND = "expand"
PARAMETERS = {EXPAND: Expand}
"""Of a hot route that takes it."""

ONE = f"{WITH_EVENT} WHERE b.booking_id = $1"


async def own_booking(request: Request) -> tuple[Read, Any]:
    """The booking in the path, a row of `WITH_EVENT`. Raises Problem 404 for whoever is neither its owner nor staff."""
    me = caller(request)
    read = await begin(request, "bookings")
    row = await read.one(BOOKING_NOT_FOUND, ONE, path_id(request, "booking_id", BOOKING_NOT_FOUND))
    if row["customer_id"] != me.id and me.role not in STAFF:
        raise Problem(BOOKING_NOT_FOUND)
    return read, row


async def booking_with_event(request: Request) -> Response:
    """The booking in the path, as `expand=event` asks for it. Raises Problem 422 for any other value."""
    if request.query_params[EXPAND] != "event":
        wrong = {"loc": ("query", EXPAND), "msg": "Only an event can be expanded", "type": EXPAND}
        raise Problem(validation_problem([wrong]))
    read, row = await own_booking(request)
    return private(read.answer(booking_with_event_shape(row, read.now)))
