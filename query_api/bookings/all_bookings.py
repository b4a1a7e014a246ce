"""Lists of bookings for staff: all of them, those searched for, those of an event or of a ticket type."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.bookings.booking_filters import EventId, Filters, TicketTypeId
from query_api.bookings.booking_list import Expand
from query_api.bookings.booking_search import MATCH_HEADER, PROJECTORS, answer_search
from query_api.bookings.booking_terms import lexeme
from query_api.callers import STAFF
from query_api.documenting import read_answers
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked
from query_api.problems import EVENT_NOT_FOUND, TICKET_TYPE_NOT_FOUND
from query_api.reading import begin, path_id
from resources.booking import Booking, BookingWithEvent
from runtime.http.access import open_to
from runtime.http.lanes import Lane, in_lane
from runtime.http.pages import Page
from runtime.identity import FORBIDDEN
from runtime.problems import Problem, ProblemDetail

router = APIRouter(prefix="/api/v1", dependencies=DOCUMENTED)


def documented(*problems: ProblemDetail, tag: str = "bookings") -> dict[str, Any]:
    return {
        "response_model": Page[Booking | BookingWithEvent],
        "responses": read_answers(*problems, page=True, headers=MATCH_HEADER),
        "tags": [tag],
    }


@router.get("/bookings/search", operation_id="SearchBookings", summary="Search bookings", **documented())
@router.get("/bookings/all", operation_id="ListAllBookings", summary="All bookings", **documented())
@open_to(STAFF)
@in_lane(Lane.REPORTS)
async def search_bookings(
    request: Request,
    *,
    filters: Filters,
    event_id: EventId = None,
    ticket_type_id: TicketTypeId = None,
    asked: Asked,
    expand: Expand = None,
) -> Response:
    """For staff: those that meet every criterion that is given, newest first.

    Accents and case make no difference. If none has the words as they are written, those with similar words are
    listed; `Seatledger-Match` says which it was.
    """
    read = await begin(request, *PROJECTORS)
    filters = replace(filters, event_id=event_id, ticket_type_id=ticket_type_id)
    return await answer_search(read, filters, asked, expand)


SHOW = "SELECT status FROM projections.bookings_shows WHERE show_id = $1"


@router.get(
    "/events/{event_id}/bookings",
    operation_id="ListEventBookings",
    summary="Bookings of an event",
    **documented(EVENT_NOT_FOUND, tag="events"),
)
@router.get(
    "/bookings/event/{event_id}",
    operation_id="ListBookingsOfEvent",
    summary="Bookings of an event",
    **documented(EVENT_NOT_FOUND),
)
@open_to(STAFF)
@in_lane(Lane.REPORTS)
async def list_event_bookings(
    request: Request,
    *,
    event_id: str,
    filters: Filters,
    ticket_type_id: TicketTypeId = None,
    asked: Asked,
    expand: Expand = None,
) -> Response:
    """For staff. Newest first, with the same criteria as the search."""
    show_id = path_id(request, "event_id", EVENT_NOT_FOUND)
    read = await begin(request, *PROJECTORS)
    show = await read.one(EVENT_NOT_FOUND, SHOW, show_id)
    if not filters.sight.admits(show_id, None):
        raise Problem(EVENT_NOT_FOUND if show["status"] == "draft" else FORBIDDEN)
    return await answer_search(
        read, replace(filters, event_id=show_id, ticket_type_id=ticket_type_id), asked, expand
    )


# An event may offer a type of its own, which is in no catalogue.
TYPE_EXISTS = """SELECT 1 WHERE EXISTS (SELECT FROM projections.ticket_types WHERE ticket_type_id = $1)
                 OR EXISTS (SELECT FROM projections.booking_search_shows WHERE found_by @@ $2::tsquery)"""


@router.get(
    "/ticket-types/{ticket_type_id}/bookings",
    operation_id="ListTicketTypeBookings",
    summary="Bookings with a ticket type",
    **documented(TICKET_TYPE_NOT_FOUND, tag="ticket types"),
)
@open_to(STAFF)
@in_lane(Lane.REPORTS)
async def list_ticket_type_bookings(
    request: Request,
    *,
    ticket_type_id: str,
    filters: Filters,
    event_id: EventId = None,
    asked: Asked,
    expand: Expand = None,
) -> Response:
    """For staff: bookings that have or had a ticket of this type. Newest first, with the criteria of the search."""
    wanted = path_id(request, "ticket_type_id", TICKET_TYPE_NOT_FOUND)
    read = await begin(request, "ticket_types", *PROJECTORS)
    await read.one(TICKET_TYPE_NOT_FOUND, TYPE_EXISTS, wanted, lexeme("t", str(wanted)))
    return await answer_search(
        read, replace(filters, event_id=event_id, ticket_type_id=wanted), asked, expand
    )
