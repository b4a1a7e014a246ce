"""Changes of mind about a booking: extend, exchange, transfer, more or fewer tickets, names on them."""

from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api import customers
from command_api.about_booking import about_booking
from command_api.asking import Asking, asked
from command_api.bodies.booking import TICKETS_MAX
from command_api.bodies.booking_changes import BookingChange, ExchangeBody, ExtendBody, TransferBody
from command_api.documenting import COMMAND_HEADERS, command_answers
from command_api.holders import name_holders
from command_api.new_tickets import new_ticket_code, new_tickets
from command_api.path_ids import path_id
from command_api.payments import PAYMENT_BY_STAFF, payment_told
from command_api.roles import BOOKERS
from command_api.routes.bookings import TICKET_REFUSALS
from domain.refusal import Refusal
from domain.show import refusals as no
from domain.show.commands import (
    ChangeQuantity,
    ExchangeTickets,
    ExtendHold,
    TransferBooking,
)
from resources.booking import Booking
from runtime.http.hot_route import hot_route

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"])

EXTEND_BODY = TypeAdapter(ExtendBody)
EXCHANGE_BODY = TypeAdapter(ExchangeBody)
TRANSFER_BODY = TypeAdapter(TransferBody)
BOOKING_CHANGE = TypeAdapter(BookingChange)

EXTEND_REFUSALS: tuple[type[Refusal], ...] = (
    no.BookingNotFound,
    no.BookingIsExpired,
    no.BookingNotPending,
    no.HoldTooLong,
    no.ShowIsOver,
    no.ShowIsCancelled,
)
STANDING: tuple[type[Refusal], ...] = (
    no.BookingNotFound,
    no.BookingAlreadyCancelled,
    no.BookingIsExpired,
    no.ShowIsOver,
    no.ShowIsCancelled,
)
QUANTITY_REFUSALS: tuple[type[Refusal], ...] = (
    *STANDING,
    *TICKET_REFUSALS,
    no.TicketTypeNotOffered,
    no.TicketTypeRequired,
    no.SalesAreClosed,
    no.SalesNotOpen,
    no.SoldOut,
    no.CustomerLimitReached,
    no.AboveMaximum,
    no.BelowMinimum,
    no.PaymentRequired,
    no.PaymentAmountWrong,
)
EXCHANGE_REFUSALS: tuple[type[Refusal], ...] = (
    *QUANTITY_REFUSALS,
    no.SeatsUnknown,
    no.SeatsNotAvailable,
    no.SeatsNotInTicketType,
    no.SeatsNamedTwice,
    no.SingleSeatLeft,
    no.CompanionSeats,
    no.NoAccessiblePlaces,
)


@hot_route(
    router,
    "POST",
    "/{booking_id}/extend",
    operation_id="ExtendHold",
    summary="Keep a hold for longer",
    access=BOOKERS,
    body=ExtendBody,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *EXTEND_REFUSALS),
)
async def extend_hold(request: Request) -> Response:
    """By so many seconds from `expires_at`, within the event's `hold_seconds_max`."""
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, EXTEND_BODY)
    seconds = asking.body.seconds
    return await about_booking(
        asking, booking_id, lambda show_id: ExtendHold(show_id, booking_id, seconds, asking.now)
    )


@hot_route(
    router,
    "POST",
    "/{booking_id}/exchange",
    operation_id="ExchangeTickets",
    summary="Exchange tickets for other places of the event",
    access=BOOKERS,
    body=ExchangeBody,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *EXCHANGE_REFUSALS, _403=[PAYMENT_BY_STAFF.code]),
)
async def exchange_tickets(request: Request) -> Response:
    """Given back and taken in one step, or refused as a whole. What costs more is paid with it, what costs less is
    refunded.
    """
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, EXCHANGE_BODY)
    body = asking.body
    leaving = tuple(body.tickets or ())
    wanted = body.instead.wanted(len(leaving))
    fresh = new_tickets(sum(item.quantity for item in wanted))
    payment = payment_told(asking, body.payment)
    return await about_booking(
        asking,
        booking_id,
        lambda show_id: ExchangeTickets(show_id, booking_id, leaving, wanted, fresh, asking.now, payment),
    )


@hot_route(
    router,
    "POST",
    "/{booking_id}/transfer",
    operation_id="TransferBooking",
    summary="Give a booking to another person",
    access=BOOKERS,
    body=TransferBody,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *STANDING, no.BookingNotConfirmed, no.CustomerLimitReached),
)
async def transfer_booking(request: Request) -> Response:
    """Its tickets get new codes, so that the old ones open no door; whoever gives it away does not see them. Where the
    address has an account, the booking is that account's from now on.
    """
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, TRANSFER_BODY)
    to = asking.body.to
    customer = await customers.whoever_has(asking.services, to.name, to.email, asking.now)
    codes = tuple(new_ticket_code() for _ in range(TICKETS_MAX))
    return await about_booking(
        asking,
        booking_id,
        lambda show_id: TransferBooking(show_id, booking_id, customer, codes, asking.now),
    )


@hot_route(
    router,
    "PATCH",
    "/{booking_id}",
    operation_id="ChangeBooking",
    summary="Name ticket holders, or change the number of tickets",
    access=BOOKERS,
    body=BookingChange,
    parameters=COMMAND_HEADERS,
    response_model=Booking,
    responses=command_answers(200, *QUANTITY_REFUSALS, no.CustomerErased, _403=[PAYMENT_BY_STAFF.code]),
)
async def change_booking(request: Request) -> Response:
    """`tickets` with their holders, or a `quantity`: more as in a booking, fewer as in a cancellation."""
    booking_id = path_id(request, "booking_id", no.BookingNotFound)
    asking = await asked(request, BOOKING_CHANGE)
    if asking.body.tickets is not None:
        names = tuple((ticket.id, ticket.holder) for ticket in asking.body.tickets)
        return await name_holders(asking, booking_id, names)
    return await _change_quantity(asking, booking_id, asking.body.quantity or 0)


async def _change_quantity(asking: Asking[Any], booking_id: str, quantity: int) -> Response:
    body = asking.body
    payment = payment_told(asking, body.payment)
    fresh = new_tickets(quantity)
    return await about_booking(
        asking,
        booking_id,
        lambda show_id: ChangeQuantity(
            show_id, booking_id, quantity, fresh, asking.now, body.ticket_type_id, payment
        ),
    )
