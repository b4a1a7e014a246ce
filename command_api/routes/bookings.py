"""Bookings: book, confirm, cancel."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.aggregates import SHOW
from command_api.answers.booking import changed_booking, created_booking
from command_api.asking import Asking, asked
from command_api.bodies.booking import BookingBody, CancelBody, ConfirmBody, StatusBody
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.path_ids import checked_id, path_id
from command_api.refused import refusal_problem
from command_api.roles import BOOKERS, STAFF
from command_api.routes.events import version_of as show_version
from domain.personal import Person
from domain.refusal import Refused
from domain.show import refusals as no
from domain.show.commands import BookSeats, CancelBooking, ConfirmBooking
from domain.show.state import Show
from domain.show.ticket import NewTicket
from resources.booking import Booking
from runtime.http.hot_route import hot_route
from runtime.identity import FORBIDDEN
from runtime.ids import new_code, new_id
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"])

TICKET_CODE_CHARS = 16

BOOKING_BODY = TypeAdapter(BookingBody)
CONFIRM_BODY = TypeAdapter(ConfirmBody)
CANCEL_BODY = TypeAdapter(CancelBody)
STATUS_BODY = TypeAdapter(StatusBody)

CONFIRM_REFUSALS = (
    no.BookingNotFound,
    no.BookingAlreadyCancelled,
    no.BookingIsExpired,
    no.PaymentRequired,
    no.PaymentAmountWrong,
    no.PaymentTooLate,
)
CANCEL_REFUSALS = (
    no.BookingNotFound,
    no.BookingAlreadyCancelled,
    no.BookingIsExpired,
)
TICKET_REFUSALS = (no.TicketsNotInBooking, no.TicketsAlreadyCancelled)


@hot_route(
    router,
    "POST",
    "",
    operation_id="BookSeats",
    summary="Book seats or places",
    body=BookingBody,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    status_code=201,
    responses=command_answers(
        201,
        no.ShowNotFound,
        no.TicketTypeNotOffered,
        no.SeatsUnknown,
        no.NotOnSale,
        no.SalesAreClosed,
        no.SalesNotOpen,
        no.ShowIsOver,
        no.SoldOut,
        no.SeatsNotAvailable,
        no.SeatsNotInTicketType,
        no.AboveMaximum,
        no.BelowMinimum,
        no.TicketTypeRequired,
        no.SeatsNamedTwice,
        _403=["forbidden"],
    ),
)
async def book_seats(request: Request) -> Response:
    """Named seats, or a quantity of the best places left; for the caller or, by staff, for a named customer.

    Where the event gives time to pay the booking is `pending` and keeps its places until `expires_at`; otherwise it
    is `confirmed` at once.
    """
    asking = await asked(request, BOOKERS, BOOKING_BODY)
    body, booking_id = asking.body, new_id()
    show_id = checked_id(body.event_id, no.ShowNotFound)
    wanted = body.wanted()
    places = sum(item.quantity for item in wanted)
    tickets = tuple(NewTicket(new_id(), new_code(TICKET_CODE_CHARS)) for _ in range(places))
    command = BookSeats(show_id, booking_id, new_code(), _customer(asking), wanted, tickets, asking.now)
    response = await asking.carry_out(
        SHOW, show_id, command, created_booking(booking_id, asking.now), version=show_version
    )
    asking.services.bookings.remember(booking_id, show_id)
    return response


@hot_route(
    router,
    "POST",
    "/{booking_id}/confirm",
    operation_id="ConfirmBooking",
    summary="Confirm a booking with its payment",
    body=ConfirmBody,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *CONFIRM_REFUSALS, _403=["forbidden"]),
)
async def confirm_booking(request: Request) -> Response:
    """Money that comes after `expires_at` still gets the same places while they are free; otherwise the answer is
    409 `payment-too-late`, and that the money came is recorded.
    """
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, BOOKERS, CONFIRM_BODY, empty=EMPTY)
    return await _confirm(asking, booking_id, asking.body)


@hot_route(
    router,
    "POST",
    "/{booking_id}/cancel",
    operation_id="CancelBooking",
    summary="Cancel a booking or some of its tickets",
    body=CancelBody,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *CANCEL_REFUSALS, *TICKET_REFUSALS, _403=["forbidden"]),
)
async def cancel_booking(request: Request) -> Response:
    """The places are free at once. `refund` says what has to be paid back."""
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, BOOKERS, CANCEL_BODY, empty=EMPTY)
    return await _cancel(asking, booking_id, tuple(asking.body.tickets or ()), asking.body.reason)


@hot_route(
    router,
    "DELETE",
    "/{booking_id}",
    operation_id="DeleteBooking",
    summary="Cancel a whole booking",
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *CANCEL_REFUSALS, _403=["forbidden"]),
)
async def delete_booking(request: Request) -> Response:
    """The same as `CancelBooking` of all its tickets. The booking stays readable, as `cancelled`."""
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, BOOKERS, NOTHING, empty=EMPTY)
    return await _cancel(asking, booking_id, (), "")


@hot_route(
    router,
    "PATCH",
    "/{booking_id}/status",
    operation_id="SetBookingStatus",
    summary="Confirm or cancel a booking by its status",
    body=StatusBody,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *CONFIRM_REFUSALS, _403=["forbidden"]),
)
async def set_booking_status(request: Request) -> Response:
    """For clients that set a status: the same commands."""
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, BOOKERS, STATUS_BODY)
    if asking.body.status == "confirmed":
        return await _confirm(asking, booking_id, asking.body)
    return await _cancel(asking, booking_id, (), asking.body.reason)


async def _confirm(asking: Asking[Any], booking_id: str, body: ConfirmBody | StatusBody) -> Response:
    show_id = await _show_of(asking, booking_id)
    payment = body.payment.value() if body.payment else None
    return await _carry_out(
        asking, show_id, booking_id, ConfirmBooking(show_id, booking_id, asking.now, payment)
    )


async def _cancel(asking: Asking[Any], booking_id: str, ticket_ids: tuple[str, ...], reason: str) -> Response:
    show_id = await _show_of(asking, booking_id)
    command = CancelBooking(show_id, booking_id, asking.now, ticket_ids, reason)
    return await _carry_out(asking, show_id, booking_id, command)


async def _show_of(asking: Asking[Any], booking_id: str) -> str:
    show_id = await asking.services.bookings.show_of(booking_id)
    if show_id is None:
        raise Problem(refusal_problem(no.BookingNotFound(booking_id)))
    return show_id


async def _carry_out(asking: Asking[Any], show_id: str, booking_id: str, command: Any) -> Response:
    render = changed_booking(booking_id, asking.now)
    may = _own_or_staff(asking, booking_id)
    return await asking.carry_out(SHOW, show_id, command, render, version=_version_of(booking_id), may=may)


def _customer(asking: Asking[BookingBody]) -> Person:
    """The caller, or whom staff name. A customer's account is not looked up for staff: the name is what was said."""
    named, caller = asking.body.customer, asking.caller
    if named is None:
        return Person(caller.name, caller.email, caller.id)
    if caller.role not in STAFF:
        raise Problem(FORBIDDEN)
    return Person(named.name, named.email)


def _own_or_staff(asking: Asking[Any], booking_id: str) -> Callable[[Show], None] | None:
    """Somebody else's booking is not found, so that its id tells nothing."""
    if asking.caller.role in STAFF:
        return None
    caller_id = asking.caller.id

    def check(show: Show) -> None:
        if show.booking(booking_id).customer.id != caller_id:
            raise Refused(no.BookingNotFound(booking_id))

    return check


def _version_of(booking_id: str) -> Callable[[Show], int]:
    def version(show: Show) -> int:
        return show.booking(booking_id).version

    return version
