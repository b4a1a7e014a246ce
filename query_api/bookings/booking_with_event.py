"""A booking with its event: what a wallet shows, and what is printed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from query_api.bookings.booking_list import Expand
from query_api.bookings.booking_shape import WITH_EVENT, booking_with_event_shape
from query_api.callers import may_read_booking
from query_api.problems import BOOKING_NOT_FOUND
from query_api.reading import Read, begin, path_id
from runtime.http.validation import wrong_parameter
from runtime.identity import Caller
from runtime.problems import Problem

EXPAND = "expand"
PARAMETERS = {EXPAND: Expand}
"""Of a hot route that takes it."""

ONE = f"{WITH_EVENT} WHERE b.booking_id = $1"


async def own_booking(request: Request) -> tuple[Read, Any]:
    """The booking in the path, a row of `WITH_EVENT`. Raises Problem 404 for whoever is neither its owner nor staff."""
    me: Caller = request.state.caller
    read = await begin(request, "bookings")
    row = await read.one(BOOKING_NOT_FOUND, ONE, path_id(request, "booking_id", BOOKING_NOT_FOUND))
    if not may_read_booking(me, row["customer_id"], row["show_id"]):
        raise Problem(BOOKING_NOT_FOUND)
    return read, row


async def booking_with_event(request: Request) -> Response:
    """The booking in the path, as `expand=event` asks for it. Raises Problem 422 for any other value."""
    if request.query_params[EXPAND] != "event":
        raise wrong_parameter(EXPAND, "Only an event can be expanded", EXPAND)
    read, row = await own_booking(request)
    return await read.opened(read.answer(booking_with_event_shape(row, read.now)))
