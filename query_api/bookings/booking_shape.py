"""A booking's row in the API's words."""

from datetime import datetime
from typing import Any

import orjson

COLUMNS = """b.booking_id::text, b.show_id::text, b.customer_id::text, b.person_id::text, b.customer_name,
             b.customer_email, b.code, b.status, b.expires_at, b.total, b.paid, b.refund, b.currency, b.tickets,
             b.cancelled, b.refunded, b.created_at"""
SELECT = f"SELECT {COLUMNS} FROM projections.bookings AS b"  # noqa: S608 - our own columns

# The same with its event: both tables are one read model's, so a booking always has one.
EVENT = """w.name, w.starts_at, w.ends_at, w.timezone, w.venue_id::text, w.venue_name, w.city,
           w.status AS event_status, w.revision, w.changed_at, b.updated_at"""
WITH_EVENT = f"""SELECT {COLUMNS}, {EVENT} FROM projections.bookings AS b
                 JOIN projections.bookings_shows AS w ON w.show_id = b.show_id"""  # noqa: S608 - our own columns

TICKET_STATUS = {"pending": "held", "confirmed": "valid"}


def booking_shape(row: Any, now: datetime) -> dict[str, Any]:
    """The shape of `resources.booking.Booking`, from a row of `SELECT`, as it stands at `now`."""
    status = status_at(row, now)
    expires_at = row["expires_at"] if status == "pending" else None
    currency, tickets, cancelled = (
        row["currency"],
        orjson.loads(row["tickets"]),
        orjson.loads(row["cancelled"]),
    )
    void = void_tickets(cancelled, orjson.loads(row["refunded"]))
    live = [ticket for ticket in tickets if ticket["id"] not in void]
    return {
        "id": row["booking_id"],
        "code": row["code"],
        "event_id": row["show_id"],
        "customer": {
            "id": row["customer_id"],
            "person_id": row["person_id"],
            "name": row["customer_name"],
            "email": row["customer_email"],
        },
        "status": status,
        "expires_at": expires_at,
        "expires_in": None if expires_at is None else int((expires_at - now).total_seconds()),
        "items": items_shape(live or tickets),
        "tickets": [
            ticket_shape(ticket, void.get(ticket["id"]) or TICKET_STATUS.get(status, status))
            for ticket in tickets
        ],
        "total": {"amount": row["total"], "currency": currency},
        "paid": {"amount": row["paid"], "currency": currency},
        "refund": {"amount": row["refund"], "currency": currency},
        "created_at": row["created_at"],
    }


def status_at(row: Any, now: datetime) -> str:
    """A hold lasts through its last instant; after that it has expired, whether or not any job has said so."""
    status: str = row["status"]
    return "expired" if status == "pending" and row["expires_at"] < now else status


def void_tickets(cancelled: list[str], refunded: list[str]) -> dict[str, str]:
    """The status of each ticket that is void, by its id."""
    return dict.fromkeys(cancelled, "cancelled") | dict.fromkeys(refunded, "refunded")


def ticket_shape(ticket: dict[str, Any], status: str) -> dict[str, Any]:
    return {
        "id": ticket["id"],
        "code": ticket["code"],
        "ticket_type_id": ticket["ticket_type_id"],
        "seat": ticket.get("seat"),
        "area": ticket.get("area"),
        "holder": ticket.get("holder"),
        "price": ticket["price"],
        "status": status,
    }


def items_shape(tickets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tickets counted by type and price, in the order of the booking."""
    items: dict[tuple[str, int], dict[str, Any]] = {}
    for ticket in tickets:
        key = ticket["ticket_type_id"], ticket["price"]["amount"]
        if key in items:
            items[key]["quantity"] += 1
        else:
            items[key] = {
                "ticket_type_id": ticket["ticket_type_id"],
                "ticket_type": ticket["ticket_type"],
                "quantity": 1,
                "price": ticket["price"],
            }
    return list(items.values())


def booking_with_event_shape(row: Any, now: datetime) -> dict[str, Any]:
    """The shape of `resources.booking.BookingWithEvent`, from a row of `WITH_EVENT`."""
    return {**booking_shape(row, now), "event": event_of_booking_shape(row)}


def event_of_booking_shape(row: Any) -> dict[str, Any]:
    """The shape of `resources.booking.EventOfBooking`, from a row of `WITH_EVENT`."""
    return {
        "id": row["show_id"],
        "name": row["name"],
        "starts_at": row["starts_at"],
        "ends_at": row["ends_at"],
        "timezone": row["timezone"],
        "venue_id": row["venue_id"],
        "venue_name": row["venue_name"],
        "city": row["city"],
        "status": row["event_status"],
    }
