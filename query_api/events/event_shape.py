"""A show's rows in the API's words: here it becomes an event."""

from typing import Any

import orjson

from resources.left_over import availability_state

# Both tables are behind a read of an event: what an organiser says about it, and what is left of it.
SELECT = """SELECT l.show_id::text, l.name, l.description, l.category, l.venue_id::text, l.venue_name, l.city,
            l.timezone, l.starts_at, l.ends_at, l.status, l.payment_window_seconds, l.rules, l.capacity, l.offers,
            l.price_from, l.currency, l.created_at, l.updated_at, a.available, a.sold_out, a.by_ticket_type,
            a.popularity
            FROM projections.listings AS l JOIN projections.availability AS a USING (show_id)"""
PROJECTORS = ("listings", "availability")


def event_shape(row: Any) -> dict[str, Any]:
    """The shape of `resources.event.Event`, from a row of `SELECT`."""
    ticket_types = ticket_types_shape(row)
    left = [each["available"] for each in ticket_types]
    return {
        "id": row["show_id"],
        "name": row["name"],
        "description": row["description"],
        "category": row["category"],
        "venue": {
            "id": row["venue_id"],
            "name": row["venue_name"],
            "timezone": row["timezone"],
            "city": row["city"],
        },
        "starts_at": row["starts_at"],
        "ends_at": row["ends_at"],
        "status": row["status"],
        "sold_out": row["sold_out"],
        "availability": availability_state(row["capacity"], row["available"], left),
        "payment_window_seconds": row["payment_window_seconds"],
        **orjson.loads(row["rules"]),
        "ticket_types": ticket_types,
        "price_from": {"amount": row["price_from"], "currency": row["currency"]},
        "capacity": row["capacity"],
        "available": row["available"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def ticket_types_shape(row: Any) -> list[dict[str, Any]]:
    """The shape of `resources.event.OfferedTicketType`, each with what is left of it.

    The two tables follow the log each for itself: of a type that only the offers have yet, nothing can be had so far.
    """
    left = {each["ticket_type_id"]: each["available"] for each in orjson.loads(row["by_ticket_type"])}
    return [{**offer, "available": left.get(offer["id"], 0)} for offer in orjson.loads(row["offers"])]
