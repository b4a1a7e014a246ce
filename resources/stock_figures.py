"""The figures of an event that follow from its stock, and why no more can be had of each ticket type."""

from typing import Literal

import msgspec

from resources.stock import NO_LIMIT, Sold, Stock

Limit = Literal["places", "quota", "shared_quota"]
"""What sets the number that is available: free places, the type's own quota, or one that it shares."""


class TypeFigures(msgspec.Struct, gc=False):
    """One ticket type as the API gives it."""

    ticket_type_id: str
    name: str
    quota: int | None
    held: int
    sold: int
    blocked: int
    available: int
    limited_by: Limit


class Figures(msgspec.Struct, gc=False):
    """`held`, `sold`, `blocked` and `available` add up to `capacity`."""

    capacity: int
    held: int
    sold: int
    blocked: int
    available: int
    sold_out: bool
    by_ticket_type: list[TypeFigures]


def figures_of(stock: Stock) -> Figures:
    blocked: dict[str, int] = {}
    for kept in stock.allotted.values():
        for part, count in kept.items():
            blocked[part] = blocked.get(part, 0) + count
    kinds = [figures_of_type(stock, offer, blocked) for offer in stock.offers]
    return Figures(
        sum(stock.capacity.values()),
        sum(stock.held.values()),
        sum(stock.sold.values()),
        sum(blocked.values()),
        sum(stock.free.values()),
        not any(kind.available for kind in kinds),
        kinds,
    )


def figures_of_type(stock: Stock, offer: Sold, blocked: dict[str, int]) -> TypeFigures:
    type_id = offer.ticket_type_id
    available, limit = least(stock, offer)
    return TypeFigures(
        type_id, offer.name, offer.quota, stock.held.get(type_id, 0), stock.sold.get(type_id, 0),
        stock.within(blocked, offer), max(0, available), limit,
    )  # fmt: skip


def least(stock: Stock, offer: Sold) -> tuple[int, Limit]:
    """How many tickets of that type could be booked now, and by what: places first, where several say the same."""
    type_id = offer.ticket_type_id
    quota = NO_LIMIT if offer.quota is None else offer.quota - stock.used(type_id)
    shared = min(
        (
            each.quota - sum(map(stock.used, each.ticket_type_ids))
            for each in stock.shared
            if type_id in each.ticket_type_ids
        ),
        default=NO_LIMIT,
    )
    bounds: tuple[tuple[int, Limit], ...] = (
        (stock.within(stock.free, offer), "places"), (quota, "quota"), (shared, "shared_quota"),
    )  # fmt: skip
    return min(bounds, key=lambda bound: bound[0])
