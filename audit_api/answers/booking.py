"""A booking in the API's words.

The command side has a rendering of its own, and no process floor may import another: a test holds the two against each
other and against `resources.booking.Booking`, so that an auditor sees what the customer saw.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.money import Money
from domain.show.booking import Booking
from domain.show.ticket import Ticket
from resources.rendering.money import money

UNCOMPARED = frozenset({"expires_in"})
"""Fields that time alone changes."""


def booking_body(event_id: str, booking: Booking, now: datetime) -> dict[str, Any]:
    """The shape of `resources.booking.Booking`, as it stands at `now`."""
    expires_at = booking.expires_at if booking.status == "pending" else None
    return {
        "id": booking.id,
        "code": booking.code,
        "event_id": event_id,
        "customer": {
            "id": booking.customer.id,
            "person_id": booking.customer.person_id,
            "name": booking.customer.name,
            "email": booking.customer.email,
        },
        "status": booking.status,
        "expires_at": expires_at,
        "expires_in": None if expires_at is None else max(0, int((expires_at - now).total_seconds())),
        "items": _items(booking.live_tickets or booking.tickets),
        "tickets": [_ticket(booking, ticket) for ticket in booking.tickets],
        "total": money(booking.total),
        "paid": money(booking.paid),
        "refund": money(booking.refunded),
        "created_at": booking.created_at,
    }


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What differs, field by field; before there was a booking every field was null."""
    return {
        name: {"before": None if before is None else before[name], "after": value}
        for name, value in after.items()
        if name not in UNCOMPARED and (before is None or before[name] != value)
    }


def _ticket(booking: Booking, ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "code": ticket.code,
        "ticket_type_id": ticket.ticket_type_id,
        "seat": ticket.seat,
        "area": ticket.area,
        "holder": ticket.holder,
        "price": money(ticket.price),
        "status": booking.ticket_status(ticket),
    }


def _items(tickets: tuple[Ticket, ...]) -> list[dict[str, Any]]:
    """Tickets counted by type and price, in the order of the booking."""
    kinds: dict[tuple[str, Money], list[Ticket]] = {}
    for ticket in tickets:
        kinds.setdefault((ticket.ticket_type_id, ticket.price), []).append(ticket)
    return [
        {
            "ticket_type_id": type_id,
            "ticket_type": alike[0].ticket_type,
            "quantity": len(alike),
            "price": money(price),
        }
        for (type_id, price), alike in kinds.items()
    ]
