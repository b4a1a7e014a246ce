"""What is left of a show: the arithmetic over places by section or area and tickets by type.

Two ticket types may cover the same section, so what is left of a type follows from the free places of each section as
much as from its quotas. Free places are counted per section; the rest is worked out from them.

Projections do this sum when a fact comes, the query side does it again when time alone has changed it: both have it
from here.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

Op = Literal["take", "give_back", "confirm"]

NO_LIMIT = 2**53
"""More than any plan can hold."""

KEYFRAME_EVERY = 200
"""Among so many steps of a show's stock, one that follows the other, there is one that has it whole."""


class Place(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What `count` tickets of one type take up. `part` is the section or area, `allotment_id` names whoever kept it
    back, if anybody.
    """

    ticket_type_id: str
    part: str
    allotment_id: str | None = None
    count: int = 1


class Move(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A booking of `status` takes places or gives them back; or one that held them confirms them."""

    op: Op
    status: str
    places: tuple[Place, ...]


class Sold(msgspec.Struct, gc=False):
    """An offer, as far as it bounds what can be had. No `sections` mean all parts of the plan."""

    ticket_type_id: str
    name: str
    quota: int | None
    sections: tuple[str, ...]


class Shared(msgspec.Struct, gc=False):
    """At most `quota` tickets of these types together."""

    ticket_type_ids: tuple[str, ...]
    quota: int


class Stock(msgspec.Struct, gc=False):
    """`capacity` and `free` count places by part of the plan, `allotted` those that each allotment still keeps there;
    `releases` tells when an allotment that has a date is to let go.

    `held` and `sold` count tickets by type, also of types that are no longer on offer: a late payment can still confirm
    a booking of such.
    """

    capacity: dict[str, int]
    free: dict[str, int]
    offers: list[Sold]
    shared: list[Shared] = []
    allotted: dict[str, dict[str, int]] = {}
    releases: dict[str, datetime] = {}
    held: dict[str, int] = {}
    sold: dict[str, int] = {}

    def make(self, move: Move) -> None:
        if move.op == "confirm":
            self._count(self.held, move.places, -1)
            self._count(self.sold, move.places, 1)
            return
        by = 1 if move.op == "take" else -1
        for place in move.places:
            # A place is its allotment's for as long as there is that allotment, and after that anybody's.
            kept = self.allotted.get(place.allotment_id) if place.allotment_id else None
            add(self.free if kept is None else kept, place.part, -by * place.count)
        self._count(self.held if move.status == "pending" else self.sold, move.places, by)

    def _count(self, counts: dict[str, int], places: Iterable[Place], by: int) -> None:
        for place in places:
            add(counts, place.ticket_type_id, by * place.count)

    def allot(self, allotment_id: str, kept: dict[str, int], release_at: datetime | None) -> None:
        """Keep places by part, all of which are free."""
        for part, count in kept.items():
            add(self.free, part, -count)
        self.allotted[allotment_id] = kept
        if release_at is not None:
            self.releases[allotment_id] = release_at

    def let_go(self, allotment_id: str) -> None:
        """What it still keeps is free."""
        self.releases.pop(allotment_id, None)
        for part, count in self.allotted.pop(allotment_id).items():
            add(self.free, part, count)

    def lapse(self, now: datetime, holds: Iterable[Iterable[Place]]) -> None:
        """What time has brought about by `now`, whether or not any fact says so yet: `holds` have run out, and
        allotments are released.
        """
        for places in holds:
            self.make(Move("give_back", "pending", tuple(places)))
        for allotment_id in [each for each, release_at in self.releases.items() if release_at <= now]:
            self.let_go(allotment_id)

    @property
    def release_at(self) -> datetime | None:
        """When time will release an allotment next."""
        return min(self.releases.values(), default=None)

    def used(self, ticket_type_id: str) -> int:
        return self.held.get(ticket_type_id, 0) + self.sold.get(ticket_type_id, 0)

    def within(self, counts: Mapping[str, int], offer: Sold) -> int:
        """The sum over the parts that a type covers."""
        return sum(counts.get(part, 0) for part in offer.sections or self.capacity)


def add(counts: dict[str, int], key: str, by: int) -> None:
    counts[key] = counts.get(key, 0) + by


def gathered(places: Collection[Place]) -> tuple[Place, ...]:
    """The places of single tickets, those that are alike counted together."""
    if len(places) == 1:
        return tuple(places)
    counts: dict[Place, int] = {}
    for place in places:
        counts[place] = counts.get(place, 0) + 1
    return tuple(
        place if count == 1 else Place(place.ticket_type_id, place.part, place.allotment_id, count)
        for place, count in counts.items()
    )
