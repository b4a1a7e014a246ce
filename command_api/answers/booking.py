"""A booking, rendered from the show it is part of."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from command_api.answers.json import resource
from command_api.refused import refusal_problem
from command_api.writing.answer import Answer
from domain.money import Money
from domain.personal import Person
from domain.show.booking import Booking
from domain.show.facts import PaymentCameTooLate, PaymentCameTwice
from domain.show.refusals import BookingAlreadyPaid, PaymentTooLate
from domain.show.state import Show
from resources.rendering.money import money
from runtime.problems import problem_body


def booking_body(show: Show, booking: Booking, now: datetime) -> dict[str, Any]:
    """The shape of `resources.booking.Booking`, as it stands at `now`."""
    pending = booking.status == "pending" and booking.expires_at is not None
    tickets = [
        {
            "id": ticket.id,
            "code": ticket.code,
            "ticket_type_id": ticket.ticket_type_id,
            "seat": ticket.seat,
            "area": ticket.area,
            "holder": ticket.holder,
            "price": money(ticket.price),
            "status": booking.ticket_status(ticket),
        }
        for ticket in booking.tickets
    ]
    return {
        "id": booking.id,
        "code": booking.code,
        "event_id": show.details.show_id,
        "customer": {
            "id": booking.customer.id,
            "person_id": booking.customer.person_id,
            "name": booking.customer.name,
            "email": booking.customer.email,
        },
        "status": booking.status,
        "expires_at": booking.expires_at if pending else None,
        "expires_in": max(0, int((booking.expires_at - now).total_seconds()))
        if pending and booking.expires_at
        else None,
        "items": _items(booking),
        "tickets": tickets,
        "total": money(booking.total),
        "paid": money(booking.paid),
        "refund": money(booking.refunded),
        "created_at": booking.created_at,
    }


def _items(booking: Booking) -> list[dict[str, Any]]:
    """Tickets counted by type and price, in the order of the booking."""
    items: dict[tuple[str, Money], dict[str, Any]] = {}
    for ticket in booking.live_tickets or booking.tickets:
        item = items.get((ticket.ticket_type_id, ticket.price))
        if item is None:
            items[ticket.ticket_type_id, ticket.price] = {
                "ticket_type_id": ticket.ticket_type_id,
                "ticket_type": ticket.ticket_type,
                "quantity": 1,
                "price": money(ticket.price),
            }
        else:
            item["quantity"] += 1
    return list(items.values())


def created_booking(booking_id: str, now: datetime) -> Callable[[Show, list[Any]], Answer]:
    def render(show: Show, _facts: list[Any]) -> Answer:
        booking = show.bookings[booking_id]
        return resource(
            booking_body(show, booking, now), booking.version, 201, f"/api/v1/bookings/{booking_id}"
        )

    return render


def changed_booking(booking_id: str, now: datetime, request_id: str) -> Callable[[Show, list[Any]], Answer]:
    """Rendering happens in whichever request's turn the batch is decided: `request_id` is that of whoever asked."""

    def render(show: Show, facts: list[Any]) -> Answer:
        booking = show.bookings[booking_id]
        for fact in facts:
            if isinstance(fact, PaymentCameTooLate | PaymentCameTwice):
                # A no that is also a fact: the money that came is recorded, the booking stays as it was.
                late = isinstance(fact, PaymentCameTooLate)
                problem = refusal_problem(
                    PaymentTooLate(booking_id) if late else BookingAlreadyPaid(booking_id)
                )
                body = problem_body(problem, request_id)
                return Answer(problem.status, body, (("ETag", f'"{booking.version}"'),))
        return resource(booking_body(show, booking, now), booking.version)

    return render


def transferred_booking(
    booking_id: str, now: datetime, to: Person, giver_id: str | None
) -> Callable[[Show, list[Any]], Answer]:
    """Without the new codes, unless it is staff who ask (`giver_id` is None), or whoever gives it keeps it: who gave it
    away must not get in. Nor are they told whether the address has an account.
    """

    def render(show: Show, _facts: list[Any]) -> Answer:
        booking = show.bookings[booking_id]
        body = booking_body(show, booking, now)
        if giver_id is not None and giver_id != to.id:
            for ticket in body["tickets"]:
                ticket["code"] = None
            body["customer"].update(id=None, person_id=None)
        return resource(body, booking.version)

    return render
