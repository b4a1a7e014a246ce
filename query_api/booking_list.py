"""A page of bookings, newest first."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from query_api.booking_shape import SELECT, booking_shape
from query_api.conditions import Conditions
from query_api.paging import Order, PageAsked, answer_page
from query_api.reading import Read
from resources.booking import BookingStatus
from runtime.http.keyset_columns import moment, uuid

Status = Annotated[BookingStatus | None, Query(description="Only bookings that have this status now")]

NEWEST_FIRST = Order("bookings", ("b.created_at", moment), ("b.booking_id", uuid), down=True)


async def answer_bookings(
    read: Read, conditions: Conditions, status: BookingStatus | None, asked: PageAsked
) -> Response:
    """Those that meet `conditions` and have `status` at this moment."""
    require_status(conditions, status, read.now)
    return await answer_page(
        read, SELECT, conditions, NEWEST_FIRST, asked=asked, shape=lambda row: booking_shape(row, read.now)
    )


def require_status(conditions: Conditions, status: BookingStatus | None, now: datetime) -> None:
    """The SQL that agrees with `booking_shape.status_at`."""
    match status:
        case None:
            pass
        case "pending":
            conditions.add("status = 'pending' AND expires_at >= {}", now)
        case "expired":
            conditions.add("(status = 'expired' OR (status = 'pending' AND expires_at < {}))", now)
        case _:
            conditions.add("status = {}", status)
