"""What is left of a show: the arithmetic behind `availability`, over places by section or area and tickets by type.

Two ticket types may cover the same section, so what is left of a type follows from the free places of each section as
much as from its quotas. Free places are counted per section; the rest is worked out from them.
"""

from collections.abc import Iterable

import msgspec

from domain.seating_plan import PLAN_CAPACITY_MAX, SEAT_SEPARATOR, SeatingPlan
from domain.show.allotment import Allotment
from domain.show.offer import Offer
from domain.show.rules import SharedQuota
from domain.show.ticket import Ticket


class Place(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a ticket takes up. `part` is the section or area, `allotment_id` names whoever kept it back, if anybody."""

    ticket_id: str
    ticket_type_id: str
    part: str
    allotment_id: str | None = None


def place_of(ticket: Ticket) -> Place:
    return Place(ticket.id, ticket.ticket_type_id, _part(ticket.seat, ticket.area), ticket.allotment_id)


def _part(seat: str | None, area: str | None) -> str:
    """The section of a seat, or the area."""
    return area or "" if seat is None else seat.partition(SEAT_SEPARATOR)[0]


class Sold(msgspec.Struct, gc=False):
    """An offer, as far as it bounds what can be had. No `sections` mean all parts of the plan."""

    ticket_type_id: str
    name: str
    quota: int | None
    sections: tuple[str, ...]


def sold_as(offer: Offer) -> Sold:
    return Sold(offer.id, offer.name, offer.quota, offer.sections)


class Stock(msgspec.Struct, gc=False):
    """`capacity` and `free` count places by part of the plan, `allotted` those that each allotment still keeps there.

    `held` and `sold` count tickets by type, also of types that are no longer on offer: a late payment can still confirm
    a booking of such.
    """

    capacity: dict[str, int]
    free: dict[str, int]
    offers: list[Sold]
    shared_quotas: tuple[SharedQuota, ...] = ()
    allotted: dict[str, dict[str, int]] = {}
    held: dict[str, int] = {}
    sold: dict[str, int] = {}

    def enter(self, status: str, places: Iterable[Place], by: int = 1) -> None:
        """A booking of that status takes `places`; with -1 it gives them back.

        A place is its allotment's for as long as there is that allotment, and after that anybody's.
        """
        for place in places:
            kept = self.allotted.get(place.allotment_id) if place.allotment_id else None
            _add(self.free if kept is None else kept, place.part, -by)
        self.count(status, places, by)

    def leave(self, status: str, places: Iterable[Place]) -> None:
        """A booking of that status gives `places` back."""
        self.enter(status, places, by=-1)

    def count(self, status: str, places: Iterable[Place], by: int) -> None:
        """The tickets alone: whose the places are does not change."""
        counts = self.held if status == "pending" else self.sold
        for place in places:
            _add(counts, place.ticket_type_id, by)

    def offer(self, offer: Offer) -> None:
        """New terms of a type on offer, in its place; another type comes last."""
        for number, known in enumerate(self.offers):
            if known.ticket_type_id == offer.id:
                self.offers[number] = sold_as(offer)
                return
        self.offers.append(sold_as(offer))

    def withdraw(self, ticket_type_id: str) -> None:
        self.offers = [offer for offer in self.offers if offer.ticket_type_id != ticket_type_id]

    def allot(self, allotment: Allotment) -> None:
        """Keep its places, all of which are free."""
        kept: dict[str, int] = {}
        for seat in allotment.seats:
            _add(kept, _part(seat, None), 1)
        for share in allotment.areas:
            _add(kept, share.area, share.quantity)
        for part, count in kept.items():
            _add(self.free, part, -count)
        self.allotted[allotment.id] = kept

    def let_go(self, allotment_id: str) -> None:
        """What it still keeps is free."""
        for part, count in self.allotted.pop(allotment_id).items():
            _add(self.free, part, count)

    def plan(self, plan: SeatingPlan) -> None:
        """Another plan, in which every place that is somebody's or kept back is found again."""
        capacity = {part.name: part.capacity for part in plan.parts}
        used = {part: self.capacity[part] - free for part, free in self.free.items()}
        self.free = {part: count - used.get(part, 0) for part, count in capacity.items()}
        self.capacity = capacity

    @property
    def blocked(self) -> int:
        return sum(sum(kept.values()) for kept in self.allotted.values())

    def used(self, ticket_type_id: str) -> int:
        return self.held.get(ticket_type_id, 0) + self.sold.get(ticket_type_id, 0)

    def available(self, offer: Sold) -> int:
        """Tickets of that type that could be booked now: free places, within its own quota and the shared ones."""
        return max(
            0, min(sum(self.free[part] for part in offer.sections or self.free), self.quota_left(offer))
        )

    def quota_left(self, offer: Sold) -> int:
        type_id = offer.ticket_type_id
        left = PLAN_CAPACITY_MAX if offer.quota is None else offer.quota - self.used(type_id)
        for shared in self.shared_quotas:
            if type_id in shared.ticket_type_ids:
                left = min(left, shared.quota - sum(map(self.used, shared.ticket_type_ids)))
        return left


def stock_of(plan: SeatingPlan, offers: Iterable[Offer], shared_quotas: tuple[SharedQuota, ...]) -> Stock:
    """A show of which nothing is sold yet."""
    capacity = {part.name: part.capacity for part in plan.parts}
    return Stock(capacity, dict(capacity), [sold_as(offer) for offer in offers], shared_quotas)


def _add(counts: dict[str, int], key: str, by: int) -> None:
    counts[key] = counts.get(key, 0) + by
