"""A page of bookings, newest first."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.responses import Response

from query_api.bookings.booking_shape import SELECT, WITH_EVENT, booking_shape, booking_with_event_shape
from query_api.conditions import Conditions
from query_api.paging import Order, PageAsked, answer_page
from query_api.reading import Read
from resources.booking import BookingStatus
from runtime.http.keyset_columns import moment, uuid

Status = Annotated[BookingStatus | None, Query(description="Only bookings that have this status now")]
Expansion = Literal["event"] | None
Expand = Annotated[Expansion, Query(description="`event`: each booking with when and where to be")]

NEWEST_FIRST = Order("bookings", ("b.created_at", moment), ("b.booking_id", uuid), down=True)


async def answer_bookings(
    read: Read,
    conditions: Conditions,
    asked: PageAsked,
    *,
    expand: Expansion = None,
    order: Order = NEWEST_FIRST,
) -> Response:
    """Those that meet `conditions`. They hold codes that let people in, so no cache may keep them."""

    def shape(row: Any) -> dict[str, Any]:
        return booking_shape(row, read.now) if expand is None else booking_with_event_shape(row, read.now)

    select = SELECT if expand is None else WITH_EVENT
    answer = await answer_page(read, select, conditions, order, asked=asked, shape=shape)
    return await read.opened(answer)


def require_status(conditions: Conditions, status: BookingStatus | None, now: datetime) -> None:
    """The SQL that agrees with `booking_shape.status_at`."""
    match status:
        case None:
            pass
        case "pending":
            conditions.add("b.status = 'pending' AND b.expires_at >= {}", now)
        case "expired":
            conditions.add("(b.status = 'expired' OR (b.status = 'pending' AND b.expires_at < {}))", now)
        case _:
            conditions.add("b.status = {}", status)
