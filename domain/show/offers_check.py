"""Refuse terms that contradict themselves or the plan."""

from collections import Counter
from datetime import datetime

from domain.refusal import Refused
from domain.seating_plan import SeatingPlan
from domain.show.offer import Offer
from domain.show.refusals import BadOffer
from domain.show.rules import Rules


def check_times(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        _bad("It must end after it starts.")


def check_offers(offers: tuple[Offer, ...], plan: SeatingPlan, rules: Rules) -> None:
    """One currency, every type once, every name known."""
    if not offers:
        _bad("At least one ticket type must be on offer.")
    currencies = {offer.price.currency for offer in offers}
    if len(currencies) > 1:
        _bad(f"All prices must be in one currency, not in {', '.join(sorted(currencies))}.")
    known_parts, ids = set(plan.part_names), {offer.id for offer in offers}
    if len(ids) < len(offers):
        twice = next(
            offer for number, offer in enumerate(offers) if offer.id in {o.id for o in offers[:number]}
        )
        _bad(f"Ticket type {twice.name} is offered twice.")
    for offer in offers:
        _check_offer(offer, known_parts, ids)
    _check_openings(offers)
    _check_rules(rules, ids)


def _check_openings(offers: tuple[Offer, ...]) -> None:
    """Types that wait for each other would never open."""
    after = {offer.id: offer.opens_after for offer in offers}
    for offer in offers:
        waiting_for, steps = offer.opens_after, 0
        while waiting_for is not None and steps < len(offers):
            waiting_for, steps = after.get(waiting_for), steps + 1
        if waiting_for is not None:
            _bad(f"{offer.name} would never open: it waits for types that wait for each other.")


def _check_offer(offer: Offer, known_parts: set[str], ids: set[str]) -> None:
    if unknown := sorted(set(offer.sections) - known_parts):
        _bad(f"{offer.name} names sections that the plan does not have: {', '.join(unknown)}.")
    # The places of a section named twice would count twice.
    if twice := [name for name, times in Counter(offer.sections).items() if times > 1]:
        _bad(f"{offer.name} names section {twice[0]} more than once.")
    if offer.opens_after is not None and (offer.opens_after == offer.id or offer.opens_after not in ids):
        _bad(f"{offer.name} can only open after another ticket type of the event.")
    _check_limits(offer)


def _check_limits(offer: Offer) -> None:
    if offer.price.amount < 0:
        _bad(f"The price of {offer.name} cannot be below nothing.")
    if offer.quota is not None and offer.quota < 0:
        _bad(f"The quota of {offer.name} cannot be below nothing.")
    if offer.min_per_booking < 1:
        _bad(f"{offer.name} must allow at least one ticket per booking.")
    if offer.max_per_booking is not None and offer.max_per_booking < offer.min_per_booking:
        _bad(f"{offer.name} allows fewer per booking at most than at least.")
    if offer.sales_from and offer.sales_until and offer.sales_until <= offer.sales_from:
        _bad(f"Sales of {offer.name} must end after they begin.")


def _check_rules(rules: Rules, ids: set[str]) -> None:
    for shared in rules.shared_quotas:
        if not shared.ticket_type_ids or not set(shared.ticket_type_ids) <= ids:
            _bad(f"The shared quota {shared.name} names ticket types that are not on offer.")
    if any(not 0 <= tier.percent <= 100 for tier in rules.refunds.tiers):
        _bad("A refund is between 0 and 100 percent of the price.")
    if (rules.refunds.kind == "tiered") != bool(rules.refunds.tiers):
        _bad("A tiered refund policy has tiers, and no other has.")


def _bad(problem: str) -> None:
    raise Refused(BadOffer(problem))
