"""What the domain's words mean for the stock of a show; the sums themselves are in `resources.stock`."""

from collections.abc import Iterable

from domain.seating_plan import SEAT_SEPARATOR, SeatingPlan
from domain.show.allotment import Allotment
from domain.show.offer import Offer
from domain.show.rules import SharedQuota
from domain.show.ticket import Ticket
from resources.stock import Place, Shared, Sold, Stock, add


def stock_of(plan: SeatingPlan, offers: Iterable[Offer], shared_quotas: Iterable[SharedQuota]) -> Stock:
    """A show of which nothing is sold yet."""
    capacity = capacity_of(plan)
    return Stock(capacity, dict(capacity), [sold_as(offer) for offer in offers], shared_as(shared_quotas))


def capacity_of(plan: SeatingPlan) -> dict[str, int]:
    return {part.name: part.capacity for part in plan.parts}


def places_of(tickets: Iterable[Ticket]) -> dict[str, Place]:
    """What each ticket takes up, by its id."""
    return {ticket.id: Place(ticket.ticket_type_id, ticket.part, ticket.allotment_id) for ticket in tickets}


def section_of(seat: str) -> str:
    return seat.partition(SEAT_SEPARATOR)[0]


def sold_as(offer: Offer) -> Sold:
    return Sold(offer.id, offer.name, offer.quota, offer.sections)


def shared_as(shared_quotas: Iterable[SharedQuota]) -> list[Shared]:
    return [Shared(each.ticket_type_ids, each.quota) for each in shared_quotas]


def offer_in(stock: Stock, offer: Offer) -> None:
    """New terms of a type on offer, in its place; another type comes last."""
    for number, known in enumerate(stock.offers):
        if known.ticket_type_id == offer.id:
            stock.offers[number] = sold_as(offer)
            return
    stock.offers.append(sold_as(offer))


def withdraw_from(stock: Stock, ticket_type_id: str) -> None:
    stock.offers = [offer for offer in stock.offers if offer.ticket_type_id != ticket_type_id]


def allot_in(stock: Stock, allotment: Allotment) -> None:
    kept: dict[str, int] = {}
    for seat in allotment.seats:
        add(kept, section_of(seat), 1)
    for share in allotment.areas:
        add(kept, share.area, share.quantity)
    stock.allot(allotment.id, kept, allotment.release_at)


def plan_anew(stock: Stock, plan: SeatingPlan) -> None:
    """Another plan, in which every place that is somebody's or kept back is found again."""
    capacity = capacity_of(plan)
    used = {part: stock.capacity[part] - free for part, free in stock.free.items()}
    stock.free = {part: count - used.get(part, 0) for part, count in capacity.items()}
    stock.capacity = capacity
