"""The tickets of a booking, as they are printed and shown at the door."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

import orjson
import segno
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.bookings.booking_shape import booking_with_event_shape
from query_api.bookings.booking_with_event import own_booking
from query_api.callers import OWN_BOOKING
from query_api.documenting import read_answers
from query_api.min_position import DOCUMENTED
from query_api.private import private
from query_api.problems import BOOKING_NOT_FOUND, TICKET_NOT_FOUND, TICKET_NOT_VALID
from query_api.reading import Read
from resources.booking import PrintedTicket
from runtime.http.hot_route import hot_route
from runtime.http.pages import Page
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/bookings/{booking_id}/tickets", tags=["bookings"], dependencies=DOCUMENTED)

SVG = "image/svg+xml"


class SvgAnswer(Response):
    media_type: str | None = SVG


@hot_route(
    router,
    "GET",
    "",
    operation_id="ListBookingTickets",
    summary="Tickets of a booking",
    access=OWN_BOOKING,
    response_model=Page[PrintedTicket],
    responses=read_answers(BOOKING_NOT_FOUND),
)
async def list_booking_tickets(request: Request) -> Response:
    """With all that is printed on them, void ones too. For the owner and for staff. They are few: there is one page."""
    read, tickets = await printed_tickets(request)
    return await read.opened(read.answer({"items": tickets, "next": None}))


@hot_route(
    router,
    "GET",
    "/{ticket_id}",
    operation_id="GetTicket",
    summary="One ticket",
    access=OWN_BOOKING,
    response_model=PrintedTicket,
    responses=read_answers(BOOKING_NOT_FOUND, TICKET_NOT_FOUND),
)
async def get_ticket(request: Request) -> Response:
    """With all that is printed on it. For the owner of the booking and for staff."""
    read, ticket = await printed_ticket(request)
    return await read.opened(read.answer(ticket))


@hot_route(
    router,
    "GET",
    "/{ticket_id}/qr.svg",
    operation_id="GetTicketQrCode",
    summary="A ticket's QR code",
    access=OWN_BOOKING,
    response_class=SvgAnswer,
    responses=read_answers(BOOKING_NOT_FOUND, TICKET_NOT_FOUND, TICKET_NOT_VALID),
)
async def get_ticket_qr_code(request: Request) -> Response:
    """What is scanned at the door: the ticket's code, as an SVG image. Only of a ticket that lets somebody in."""
    read, ticket = await printed_ticket(request)
    if ticket["qr"] is None:
        statuses = {"ticket_status": ticket["status"], "event_status": ticket["event"]["status"]}
        raise Problem(replace(TICKET_NOT_VALID, extras=statuses))
    return private(SvgAnswer(qr_code(ticket["code"]), headers=read.headers))


async def printed_tickets(request: Request) -> tuple[Read, list[dict[str, Any]]]:
    """Those of the booking in the path. Raises Problem 404."""
    read, row = await own_booking(request)
    return read, printed_shape(row, read.now)


async def printed_ticket(request: Request) -> tuple[Read, dict[str, Any]]:
    """The one in the path. Raises Problem 404."""
    read, tickets = await printed_tickets(request)
    wanted = request.path_params["ticket_id"].lower()
    for ticket in tickets:
        if ticket["id"] == wanted:
            return read, ticket
    raise Problem(TICKET_NOT_FOUND)


def printed_shape(row: Any, now: datetime) -> list[dict[str, Any]]:
    """The shapes of `resources.booking.PrintedTicket`, from a row of `booking_shape.WITH_EVENT`."""
    booking = booking_with_event_shape(row, now)
    kinds = {ticket["id"]: ticket["ticket_type"] for ticket in orjson.loads(row["tickets"])}
    return [
        {
            **ticket,
            "ticket_type": kinds[ticket["id"]],
            "booking_id": booking["id"],
            "booking_code": booking["code"],
            "qr": qr_path(booking, ticket),
            "event": booking["event"],
        }
        for ticket in booking["tickets"]
    ]


def qr_path(booking: dict[str, Any], ticket: dict[str, Any]) -> str | None:
    """None for what must not be scanned: held, void, or for an event that does not take place."""
    if ticket["status"] != "valid" or booking["event"]["status"] == "cancelled":
        return None
    return f"/api/v1/bookings/{booking['id']}/tickets/{ticket['id']}/qr.svg"


# One and a half milliseconds to work out, on the event loop, where a thread would hold the interpreter just as long. A
# ticket is looked at again and again before the door, and its picture is the same as long as its code is.
@lru_cache(maxsize=1_000)
def qr_code(code: str) -> bytes:
    """An SVG that scales, with the quiet zone that scanners need around it."""
    picture = BytesIO()
    segno.make(code, error="m", micro=False).save(
        picture, kind="svg", omitsize=True, light="white", title="QR code", nl=False
    )
    return picture.getvalue()
