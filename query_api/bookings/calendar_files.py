"""When and where to be, as a file for one's calendar."""

from typing import Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.bookings.booking_shape import booking_shape
from query_api.bookings.booking_with_event import own_booking
from query_api.bookings.ics import Entry, IcsAnswer, ics_answer
from query_api.callers import OWN_BOOKING
from query_api.documenting import read_answers
from query_api.drafts import require_may_see
from query_api.min_position import DOCUMENTED
from query_api.private import private
from query_api.problems import BOOKING_NOT_FOUND, EVENT_NOT_FOUND
from query_api.reading import Read, begin, path_id
from runtime.http.access import OPTIONAL
from runtime.http.hot_route import hot_route

router = APIRouter(prefix="/api/v1", dependencies=DOCUMENTED)

# One after the other in a booking's life, each a later word than the one before.
STEPS = {"pending": 0, "expired": 1, "confirmed": 2, "cancelled": 3}


@hot_route(
    router,
    "GET",
    "/bookings/{booking_id}/calendar.ics",
    operation_id="GetBookingCalendarFile",
    summary="A booking for the calendar",
    access=OWN_BOOKING,
    tags=["bookings"],
    response_class=IcsAnswer,
    responses=read_answers(BOOKING_NOT_FOUND),
)
async def get_booking_calendar_file(request: Request) -> Response:
    """The event in its venue's zone, with the places booked; cancelled once the booking or the event is.

    For the owner and for staff. It holds no code of a ticket. An event without an end is given two hours.
    """
    read, row = await own_booking(request)
    booking = booking_shape(row, read.now)
    entry = Entry(
        uid=f"{booking['id']}@seatledger",
        summary=row["name"],
        location=await location(read, row),
        description=description(booking),
        zone=row["timezone"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        status=entry_status(booking["status"], row["event_status"]),
        sequence=row["revision"] + STEPS[booking["status"]],
        stamp=max(row["changed_at"], row["updated_at"]),
    )
    return private(ics_answer(entry, read.headers))


def entry_status(booking: str, event: str) -> Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]:
    if event == "cancelled" or booking in ("cancelled", "expired"):
        return "CANCELLED"
    return "TENTATIVE" if booking == "pending" else "CONFIRMED"


def description(booking: dict[str, Any]) -> str:
    """The booking's code, what was booked, and the seats."""
    items = [f"{item['quantity']} × {item['ticket_type']}" for item in booking["items"]]
    live = [each for each in booking["tickets"] if each["status"] in ("held", "valid")]
    places = [each["seat"] or each["area"] for each in live]
    return "\n".join([f"{booking['code']}", *items, *dict.fromkeys(place for place in places if place)])


GET_SHOW = """SELECT show_id::text, name, venue_id::text, venue_name, timezone, starts_at, ends_at, status, revision,
              changed_at FROM projections.bookings_shows WHERE show_id = $1"""


@hot_route(
    router,
    "GET",
    "/events/{event_id}/calendar.ics",
    operation_id="GetEventCalendarFile",
    summary="An event for the calendar",
    tags=["events"],
    response_class=IcsAnswer,
    responses=read_answers(EVENT_NOT_FOUND),
    access=OPTIONAL,
)
async def get_event_calendar_file(request: Request) -> Response:
    """In its venue's zone; cancelled once the event is. An event without an end is given two hours."""
    read = await begin(request, "bookings")
    show_id = path_id(request, "event_id", EVENT_NOT_FOUND)
    row = await read.one(EVENT_NOT_FOUND, GET_SHOW, show_id)
    await require_may_see(request, EVENT_NOT_FOUND, show_id, hidden=row["status"] == "draft")
    entry = Entry(
        uid=f"{row['show_id']}@seatledger",
        summary=row["name"],
        location=await location(read, row),
        description="",
        zone=row["timezone"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        status="CANCELLED" if row["status"] == "cancelled" else "CONFIRMED",
        sequence=row["revision"],
        stamp=row["changed_at"],
    )
    return ics_answer(entry, read.headers)


# Of another read model, which may be elsewhere in the log: an address is not what anybody waits for.
ADDRESS = "SELECT address FROM projections.venues WHERE venue_id = $1"


async def location(read: Read, row: Any) -> str:
    """The venue's name and, where it is in the books, its address."""
    if row["venue_id"] is None:
        return str(row["venue_name"])
    found = [each["address"] for each in await read.rows(ADDRESS, row["venue_id"]) if each["address"]]
    return ", ".join([row["venue_name"], *found])
