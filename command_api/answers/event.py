"""An event, rendered from the show it is inside."""

from collections.abc import Callable
from typing import Any

from command_api.answers.json import money, nothing, resource
from command_api.writing.answer import Answer
from domain.show.allotment import Allotment
from domain.show.offer import Offer
from domain.show.rules import Rules
from domain.show.state import Show
from resources.left_over import availability_state


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


def created_event(show: Show, _facts: list[Any]) -> Answer:
    return resource(event_body(show), show.offer_version, 201, f"/api/v1/events/{show.details.show_id}")


def changed_event(show: Show, _facts: list[Any]) -> Answer:
    return resource(event_body(show), show.offer_version)


def deleted_event(show: Show, _facts: list[Any]) -> Answer:
    return nothing(show.offer_version)


def made_allotment(allotment: Allotment) -> Callable[[Show, list[Any]], Answer]:
    """The shape of `resources.allotment.Allotment`."""

    def render(show: Show, _facts: list[Any]) -> Answer:
        event_id = show.details.show_id
        body = {
            "id": allotment.id,
            "event_id": event_id,
            "name": allotment.name,
            "seats": allotment.seats,
            "areas": [{"area": share.area, "quantity": share.quantity} for share in allotment.areas],
            "release_at": allotment.release_at,
            "sellable": allotment.sellable,
        }
        return resource(body, show.offer_version, 201, f"/api/v1/events/{event_id}/allotments/{allotment.id}")

    return render
