"""Rows of the read tables beside what the fold of the log says they must be.

Each side is a table of names and values, so that a difference can be told by the names alone: values may be about
people.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
import orjson

from domain.show.booking import Booking
from domain.show.state import Show

Row = Mapping[str, Any]


def differing(row: Row, folded: Row) -> list[str]:
    """The names of what is not equal."""
    return [name for name in folded if row[name] != folded[name]]


def booking_row(row: Row) -> dict[str, Any]:
    """A row of `bookings`."""
    lists = {name: orjson.loads(row[name]) for name in ("tickets", "cancelled", "refunded")}
    return {**dict(row.items()), **lists}


def folded_booking(show_id: str, booking: Booking) -> dict[str, Any]:
    customer = booking.customer
    return {
        "show_id": show_id,
        "customer_id": customer.id,
        "person_id": customer.person_id,
        "customer_name": customer.name,
        "customer_email": customer.email,
        "code": booking.code,
        "status": booking.status,
        "expires_at": booking.expires_at,
        "total": booking.total.amount,
        "paid": booking.paid.amount,
        "refund": booking.refunded.amount,
        "currency": booking.total.currency,
        "tickets": [msgspec.to_builtins(ticket) for ticket in booking.tickets],
        "cancelled": list(booking.cancelled_ids),
        "refunded": list(booking.refunded_ids),
        "created_at": booking.created_at,
    }


def availability_row(row: Row) -> dict[str, Any]:
    """A row of `availability`."""
    kinds, stock = orjson.loads(row["by_ticket_type"]), orjson.loads(row["stock"])
    kept: Counter[str] = Counter()
    for parts in stock["allotted"].values():
        kept.update(parts)
    names = ("ticket_type_id", "name", "quota", "held", "sold", "available")
    return {
        **{
            name: row[name]
            for name in ("draft", "capacity", "available", "blocked", "sold_out", "held", "sold")
        },
        "free": stock["free"],
        "kept": +kept,
        "by_ticket_type": [tuple(kind[name] for name in names) for kind in kinds],
    }


def folded_availability(show: Show) -> dict[str, Any]:
    stock, offers, places = show.stock, list(show.offers.values()), show.places
    return {
        "draft": show.status == "draft",
        "capacity": show.details.plan.capacity,
        "available": sum(places.free.values()),
        "blocked": sum(places.kept.values()),
        "sold_out": not any(show.available(offer) for offer in offers),
        "held": sum(stock.held.values()),
        "sold": sum(stock.sold.values()),
        "free": places.free,
        "kept": +Counter(places.kept),
        "by_ticket_type": [
            (
                each.id,
                each.name,
                each.quota,
                stock.held.get(each.id, 0),
                stock.sold.get(each.id, 0),
                show.available(each),
            )
            for each in offers
        ],
    }
