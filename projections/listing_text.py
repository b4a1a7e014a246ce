"""A listing as the API gives it: the JSON of an event, with holes for what is left of it.

The shape of `resources.event.Event`. `availability` fills the holes whenever somebody reads: two tables that follow the
log each for itself.
"""

from datetime import UTC, datetime

import msgspec

from projections.listing_row import ListedOffer, ListingRow
from resources.holes import hole

encode = msgspec.json.Encoder().encode


def listing_text(row: ListingRow) -> str:
    said = {
        "id": row.show_id,
        "name": row.name,
        "description": row.description,
        "category": row.category,
        "venue": {"id": row.venue_id, "name": row.venue_name, "timezone": row.timezone, "city": row.city},
        "starts_at": in_utc(row.starts_at),
        "ends_at": None if row.ends_at is None else in_utc(row.ends_at),
        "status": row.status,
        "sold_out": hole("sold_out"),
        "availability": hole("availability"),
        "payment_window_seconds": row.payment_window_seconds,
        **msgspec.structs.asdict(row.rules),
        "ticket_types": [ticket_type(offer) for offer in row.offers],
        "price_from": {"amount": row.price_from, "currency": row.currency},
        "capacity": row.capacity,
        "available": hole("available"),
        "created_at": in_utc(row.created_at),
        "updated_at": in_utc(row.updated_at),
    }
    return encode(said).decode()


def ticket_type(offer: ListedOffer) -> dict[str, object]:
    """The hole of a ticket type has its id for a name."""
    return {**msgspec.structs.asdict(offer), "available": hole(offer.id)}


def in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
