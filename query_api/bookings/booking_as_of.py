"""A booking as it was at an earlier moment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from query_api.as_of import AsOf, begin_as_of, history_condition
from query_api.bookings.booking_shape import COLUMNS, booking_shape
from query_api.callers import may_read_booking
from query_api.problems import BOOKING_NOT_FOUND, not_there_then
from query_api.reading import Read
from runtime.identity import Caller
from runtime.problems import Problem

VERSIONS = "projections.booking_versions"

# A version reads like the row that it is a copy of.
GET_BOOKING_THEN = """SELECT {columns}, recorded_at
                      FROM (SELECT r.*, h.recorded_at
                            FROM projections.booking_versions AS h,
                                 json_populate_record(NULL::projections.bookings, h.row::json) AS r
                            WHERE h.booking_id = $1 AND {then} ORDER BY h.position DESC LIMIT 1) AS b"""


async def booking_then(request: Request, booking_id: UUID, when: AsOf, me: Caller) -> Response:
    """For whoever it belonged to then, and staff. Raises Problem 404."""
    read = await begin_as_of(request, when, ("bookings",))
    row = await version_then(read, booking_id, when)
    if row is None or not may_read_booking(me, row["customer_id"], row["show_id"]):
        raise Problem(not_there_then(BOOKING_NOT_FOUND))
    # A position has no clock: the booking is as its fact has left it, at the time when that was recorded.
    moment: datetime = when.moment or row["recorded_at"]
    return await read.opened(read.answer(booking_shape(row, moment)))


async def version_then(read: Read, booking_id: UUID, when: AsOf) -> Any:
    """Its row; None when there was none."""
    condition = history_condition(when, VERSIONS, "booking_id", "$1", "$2")
    statement = GET_BOOKING_THEN.format(columns=COLUMNS, then=condition)
    rows = await read.rows(statement, booking_id, when.value)
    return rows[0] if rows else None
