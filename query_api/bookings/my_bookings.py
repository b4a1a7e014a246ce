"""The caller's own bookings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.bookings.booking_filters import EventId
from query_api.bookings.booking_list import Expand, Status, answer_bookings, require_status
from query_api.conditions import Conditions
from query_api.documenting import read_answers
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked
from query_api.reading import begin
from resources.booking import Booking, BookingWithEvent
from runtime.http.access import SIGNED_IN, open_to
from runtime.http.pages import Page
from runtime.identity import Caller

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"], dependencies=DOCUMENTED)

Upcoming = Annotated[
    bool | None, Query(description="true: for events that are not over; false: for those that are")
]

# An event without an end is over once it begins, as it is when it comes to what can be booked.
UPCOMING = """EXISTS (SELECT FROM projections.bookings_shows AS its
                      WHERE its.show_id = b.show_id AND coalesce(its.ends_at, its.starts_at) > {})"""


@router.get(
    "",
    operation_id="ListMyBookings",
    summary="My bookings",
    response_model=Page[Booking | BookingWithEvent],
    responses=read_answers(page=True),
)
@open_to(SIGNED_IN)
async def list_my_bookings(
    request: Request,
    *,
    asked: Asked,
    status: Status = None,
    upcoming: Upcoming = None,
    event_id: EventId = None,
    expand: Expand = None,
) -> Response:
    """The caller's own, newest first."""
    me: Caller = request.state.caller
    read = await begin(request, "bookings")
    conditions = Conditions()
    conditions.add("b.customer_id = {}", UUID(me.id))
    if me.events is not None:
        conditions.add("b.show_id = ANY ({})", [UUID(each) for each in me.events])
    if event_id is not None:
        conditions.add("b.show_id = {}", event_id)
    if upcoming is not None:
        conditions.add(UPCOMING if upcoming else f"NOT {UPCOMING}", read.now)
    require_status(conditions, status, read.now)
    return await answer_bookings(read, conditions, asked, expand=expand)
