"""Bookings: book, confirm, cancel."""

from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api import customers
from command_api.about_booking import about_booking
from command_api.asking import Asking, asked
from command_api.bodies.booking import BookingBody, CancelBody, ConfirmBody, StatusBody
from command_api.bodies.nothing import EMPTY, NOTHING
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.errand import Errand
from command_api.new_tickets import new_tickets
from command_api.path_ids import checked_id, path_id
from command_api.payments import PAYMENT_BY_STAFF, payment_told
from command_api.roles import BOOKERS
from domain.money import Money
from domain.personal import Person
from domain.refusal import Refusal
from domain.show import refusals as no
from domain.show.commands import BookSeats, CancelBooking, ConfirmBooking
from resources.booking import Booking
from runtime.http.hot_route import hot_route
from runtime.identity import FORBIDDEN
from runtime.ids import new_code, new_id
from runtime.problems import Problem
from runtime.request_id import REQUEST_ID

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"])

BOOKING_BODY = TypeAdapter(BookingBody)
CONFIRM_BODY = TypeAdapter(ConfirmBody)
CANCEL_BODY = TypeAdapter(CancelBody)
STATUS_BODY = TypeAdapter(StatusBody)

BOOK_REFUSALS: tuple[type[Refusal], ...] = (
    no.ShowNotFound,
    no.TicketTypeNotOffered,
    no.SeatsUnknown,
    no.AllotmentNotFound,
    no.NotOnSale,
    no.SalesAreClosed,
    no.SalesNotOpen,
    no.ShowIsOver,
    no.ShowIsCancelled,
    no.SoldOut,
    no.SeatsNotAvailable,
    no.SeatsNotInTicketType,
    no.SingleSeatLeft,
    no.CompanionSeats,
    no.NoAccessiblePlaces,
    no.CustomerLimitReached,
    no.HoldLimitReached,
    no.AboveMaximum,
    no.BelowMinimum,
    no.PaymentAmountWrong,
    no.TicketTypeRequired,
    no.SeatsNamedTwice,
)
CONFIRM_REFUSALS: tuple[type[Refusal], ...] = (
    no.BookingNotFound,
    no.BookingAlreadyCancelled,
    no.BookingIsExpired,
    no.PaymentRequired,
    no.PaymentAmountWrong,
    no.BookingAlreadyPaid,
    no.PaymentTooLate,
)
CANCEL_REFUSALS: tuple[type[Refusal], ...] = (
    no.BookingNotFound,
    no.BookingAlreadyCancelled,
    no.BookingIsExpired,
    no.ShowIsOver,
)
TICKET_REFUSALS: tuple[type[Refusal], ...] = (no.TicketsNotInBooking, no.TicketsAlreadyCancelled)


@hot_route(
    router,
    "POST",
    "",
    operation_id="BookSeats",
    summary="Book seats or places",
    access=BOOKERS,
    body=BookingBody,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    status_code=201,
    responses=command_answers(201, *BOOK_REFUSALS),
)
async def book_seats(request: Request) -> Response:
    """Named seats, or a quantity of the best places left; for the caller or, by staff, for a named customer.

    Where the event gives time to pay the booking is `pending` and keeps its places until `expires_at`; otherwise it
    is `confirmed` at once.
    """
    asking = await asked(request, BOOKING_BODY)
    body, booking_id = asking.body, new_id()
    show_id = checked_id(body.event_id, no.ShowNotFound)
    wanted = body.wanted()
    tickets = new_tickets(sum(item.quantity for item in wanted))
    if (body.payment or body.allotment_id) and not BOOKERS.for_anybody(asking.caller):
        raise Problem(FORBIDDEN)
    payment = body.payment.value() if body.payment else None
    command = BookSeats(
        show_id,
        booking_id,
        new_code(),
        await _customer(asking),
        wanted,
        tickets,
        asking.now,
        payment,
        body.allotment_id,
    )
    response = await asking.run(show_id, Errand(command, request_id=REQUEST_ID.get()))
    asking.services.bookings.remember(booking_id, show_id)
    return response


@hot_route(
    router,
    "POST",
    "/{booking_id}/confirm",
    operation_id="ConfirmBooking",
    summary="Confirm a booking with its payment",
    access=BOOKERS,
    body=ConfirmBody | None,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *CONFIRM_REFUSALS, _403=[PAYMENT_BY_STAFF.code]),
)
async def confirm_booking(request: Request) -> Response:
    """Money that comes after `expires_at` still gets the same places while they are free; otherwise the answer is
    409 `payment-too-late`, and that the money came is recorded.
    """
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, CONFIRM_BODY, empty=EMPTY)
    return await _confirm(asking, booking_id, asking.body)


@hot_route(
    router,
    "POST",
    "/{booking_id}/cancel",
    operation_id="CancelBooking",
    summary="Cancel a booking or some of its tickets",
    access=BOOKERS,
    body=CancelBody | None,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *CANCEL_REFUSALS, *TICKET_REFUSALS, no.RefundTooHigh),
)
async def cancel_booking(request: Request) -> Response:
    """The places are free at once. `refund` says what has to be paid back."""
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, CANCEL_BODY, empty=EMPTY)
    body = asking.body
    if body.refund is not None and not BOOKERS.for_anybody(asking.caller):
        raise Problem(FORBIDDEN)
    refund = body.refund.value() if body.refund else None
    return await _cancel(asking, booking_id, tuple(body.tickets or ()), body.reason, refund)


@hot_route(
    router,
    "DELETE",
    "/{booking_id}",
    operation_id="DeleteBooking",
    summary="Cancel a whole booking",
    access=BOOKERS,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *CANCEL_REFUSALS),
)
async def delete_booking(request: Request) -> Response:
    """The same as `CancelBooking` of all its tickets. The booking stays readable, as `cancelled`."""
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, NOTHING, empty=EMPTY)
    return await _cancel(asking, booking_id)


@hot_route(
    router,
    "PATCH",
    "/{booking_id}/status",
    operation_id="SetBookingStatus",
    summary="Confirm or cancel a booking by its status",
    access=BOOKERS,
    body=StatusBody,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *CONFIRM_REFUSALS, no.ShowIsOver, _403=[PAYMENT_BY_STAFF.code]),
)
async def set_booking_status(request: Request) -> Response:
    """For clients that set a status: the same commands."""
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, STATUS_BODY)
    if asking.body.status == "confirmed":
        return await _confirm(asking, booking_id, asking.body)
    return await _cancel(asking, booking_id, reason=asking.body.reason)


async def _confirm(asking: Asking[Any], booking_id: str, body: ConfirmBody | StatusBody) -> Response:
    payment = payment_told(asking, body.payment)
    return await about_booking(
        asking, booking_id, lambda show_id: ConfirmBooking(show_id, booking_id, asking.now, payment)
    )


async def _cancel(
    asking: Asking[Any],
    booking_id: str,
    ticket_ids: tuple[str, ...] = (),
    reason: str = "",
    refund: Money | None = None,
) -> Response:
    return await about_booking(
        asking,
        booking_id,
        lambda show_id: CancelBooking(show_id, booking_id, asking.now, ticket_ids, reason, refund),
    )


async def _customer(asking: Asking[BookingBody]) -> Person:
    """The caller, or whom staff name."""
    named, caller = asking.body.customer, asking.caller
    if named is None:
        return customers.remembered(asking.services, caller) or await customers.the_caller(
            asking.services, caller, asking.now
        )
    if not BOOKERS.for_anybody(caller):
        raise Problem(FORBIDDEN)
    return await customers.named(asking.services, named.name, named.email, asking.now)
