"""An event, written out from the show that it is inside."""

from typing import Any

from domain.show.offer import Offer
from domain.show.rules import Rules
from domain.show.state import Show
from resources.left_over import availability_state
from resources.rendering.money import money


def event_body(show: Show) -> dict[str, Any]:
    """The shape of `resources.event.Event`."""
    details = show.details
    available = sum(show.places.free.values())
    offers = list(show.offers.values())
    left = [show.available(offer) for offer in offers]
    return {
        "id": details.show_id,
        "name": details.name,
        "description": details.description,
        "category": details.category,
        "venue": {
            "id": details.venue_id,
            "name": details.venue_name,
            "timezone": details.timezone,
            "city": details.city,
        },
        "starts_at": details.starts_at,
        "ends_at": details.ends_at,
        "status": show.status,
        "sold_out": not any(left),
        "availability": availability_state(details.plan.capacity, available, left),
        "payment_window_seconds": details.payment_window_seconds,
        **rules_body(details.rules),
        "ticket_types": [_offer(show, offer) for offer in offers],
        "price_from": money(min((offer.price for offer in offers), key=lambda price: price.amount)),
        "capacity": details.plan.capacity,
        "available": available,
        "created_at": details.at,
        "updated_at": show.updated_at,
    }


def rules_body(rules: Rules) -> dict[str, Any]:
    """The rules, among the event's own fields."""
    return {
        "hold_seconds_max": rules.hold_seconds_max,
        "late_payment": rules.late_payment,
        "no_single_seats": rules.no_single_seats,
        "max_per_customer": rules.max_per_customer,
        "max_holds_per_customer": rules.max_holds_per_customer,
        "refund_policy": {
            "kind": rules.refunds.kind,
            "tiers": [
                {"days_before": tier.days_before, "percent": tier.percent} for tier in rules.refunds.tiers
            ],
        },
        "shared_quotas": [
            {"name": shared.name, "ticket_types": shared.ticket_type_ids, "quota": shared.quota}
            for shared in rules.shared_quotas
        ],
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
        "opens_when_sold_out": offer.opens_after,
        "available": show.available(offer),
    }
