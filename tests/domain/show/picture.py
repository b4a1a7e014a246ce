"""Everything there is to know about a show, as plain values, so that two shows can be compared."""

from typing import Any

from domain.show.state import Show


def picture(show: Show) -> dict[str, Any]:
    """Equal pictures mean equal shows. Of the heap of holds only what is live counts: the rest are dead hints."""
    return {
        "version": show.version,
        "offer_version": show.offer_version,
        "updated_at": show.updated_at,
        "status": show.status,
        "scheduled": show.scheduled,
        "offers": list(show.offers.items()),
        "opened": dict(show.opened),
        "allotments": list(show.allotments.items()),
        "free": dict(show.places.free),
        "kept": dict(show.places.kept),
        "allotted": dict(show.places.allotted),
        "shares": dict(show.places.shares),
        "seats": {
            row.prefix: bytes(row.flags) for section in show.places.rows.values() for row in section.values()
        },
        "held": dict(show.stock.held),
        "sold": dict(show.stock.sold),
        "by_customer": dict(show.stock.by_customer),
        "holds_by_customer": dict(show.stock.holds_by_customer),
        "bookings": dict(show.bookings),
        "holds": live_holds(show),
    }


def live_holds(show: Show) -> list[tuple[Any, str]]:
    """The entries of the heap that would still expire somebody."""
    return sorted({entry for entry in show.holds._heap if show._is_held_until(entry[1], entry[0])})
