"""An event, rendered from the show it is inside."""

from typing import Any

from command_api.answers.json import money, resource
from command_api.writing.answer import Answer
from domain.show.offer import Offer
from domain.show.state import Show


def event_body(show: Show) -> dict[str, Any]:
    """The shape of `resources.event.Event`."""
    details = show.details
    available = sum(show.places.free.values())
    offers = list(show.offers.values())
    return {
        "id": details.show_id,
        "name": details.name,
        "description": details.description,
        "category": details.category,
        "venue": {"id": details.venue_id, "name": details.venue_name, "timezone": details.timezone},
        "starts_at": details.starts_at,
        "ends_at": details.ends_at,
        "status": show.status,
        "sold_out": not any(show.available(offer) for offer in offers),
        "payment_window_seconds": details.payment_window_seconds,
        "ticket_types": [_offer(show, offer) for offer in offers],
        "price_from": money(min((offer.price for offer in offers), key=lambda price: price.amount)),
        "capacity": details.plan.capacity,
        "available": available,
        "created_at": details.at,
        "updated_at": show.updated_at,
    }


def _offer(show: Show, offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "name": offer.name,
        "price": money(offer.price),
        "quota": offer.quota,
        "sections": offer.sections,
        "sales_from": offer.sales_from,
        "sales_until": offer.sales_until,
        "min_per_booking": offer.min_per_booking,
        "max_per_booking": offer.max_per_booking,
        "available": show.available(offer),
    }


def created_event(show: Show, _facts: list[Any]) -> Answer:
    return resource(event_body(show), show.offer_version, 201, f"/api/v1/events/{show.details.show_id}")


def changed_event(show: Show, _facts: list[Any]) -> Answer:
    return resource(event_body(show), show.offer_version)
