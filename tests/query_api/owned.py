"""A season of two organizers and the house: the same venue and the same ticket types, and everybody's own events."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from domain.money import Money
from domain.show.facts import ShowCancelled, ShowDeleted, ShowPublished, ShowScheduled
from domain.venue.facts import VenueOpened
from tests.projections.histories import history, tries_by_chance
from tests.projections.season import PLAN, booked, on_sale, scheduled, standing
from tests.projections.writing import NOON
from tests.query_api.conftest import CALLERS

BEGIN = datetime(2027, 3, 28, 0, 40, tzinfo=UTC)
LATER = datetime(2027, 11, 1, tzinfo=UTC)
OWNERS: dict[str, str | None] = {"olga": CALLERS["olga"].id, "otto": CALLERS["otto"].id, "house": None}
VENUES = {
    "house": "01a201e2-0000-7000-8000-000000000101",
    "olga": "01a201e2-0000-7000-8000-000000000102",
    "otto": "01a201e2-0000-7000-8000-000000000103",
}


@dataclass(frozen=True)
class Told:
    """A stream, whose it is, and what happened in it."""

    owner: str
    stream: str
    facts: list[Any]

    @property
    def show(self) -> ShowScheduled:
        first = self.facts[0]
        assert isinstance(first, ShowScheduled)
        return first

    @property
    def is_public(self) -> bool:
        names = {type(fact) for fact in self.facts}
        return ShowPublished in names and ShowDeleted not in names


def venues() -> list[Told]:
    return [
        Told(name, f"venue-{key}", [VenueOpened(key, name, "", "Europe/Rome", PLAN, NOON, "", OWNERS[name])])
        for name, key in VENUES.items()
    ]


def shows() -> list[Told]:
    """Of each: two with histories, one of them in the house's venue; a draft; one that was called off; some yen."""
    return [told for number, owner in enumerate(OWNERS) for told in shows_of(owner, number)]


def shows_of(owner: str, number: int) -> Iterator[Told]:
    for turn, venue in enumerate(("house", owner)):
        begin = BEGIN + timedelta(days=number, minutes=95 * number + 7 * turn)
        _, facts = history(tries_by_chance(10 * number + turn, 40), (600, None)[turn], begin=begin)
        yield told_of(owner, facts, venue_id=VENUES[venue], city=("Málaga", "Malaga")[turn])
    yield told_of(owner, [scheduled(f"Draft of {owner}")], venue_id=VENUES["house"], city="Milano")
    gone = scheduled(f"Gone {owner}", city="Milano")
    yield told_of(owner, [*on_sale(gone), ShowCancelled(gone.show_id, NOON)])
    abroad = scheduled(f"Abroad with {owner}", venue_name="Open air", city="Milano")
    yen = replace(standing(), price=Money(5_000 + number, "JPY"))
    sold = replace(booked(abroad, yen, at=BEGIN), total=yen.price)
    yield told_of(owner, [*on_sale(abroad), sold])


def told_of(owner: str, facts: list[Any], **changes: Any) -> Told:
    first = replace(facts[0], owner_id=OWNERS[owner], **changes)
    return Told(owner, f"show-{first.show_id}", [first, *facts[1:]])
