"""What the made-up customers can choose from: the events of a season, some sought after and some hardly at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from cli.importing.imported import Imported
from cli.importing.season import Kind


@dataclass(frozen=True)
class Row:
    """Seats side by side, by their labels. `name` is `section/row`."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class OnOffer:
    """A ticket type of an event. `rows` are the seats it covers; none where people stand or the plan is not known."""

    ticket_type_id: str
    min_per_booking: int
    max_per_booking: int | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Attraction:
    """An event on sale. `crowd` is how many customers want to come, compared with other events."""

    event_id: str
    crowd: float
    offers: tuple[OnOffer, ...]


def programme_of(imported: Imported, seed: str) -> list[Attraction]:
    """The events of an import that went on sale. The crowds are drawn by `seed`: the same from start to start."""
    venues = {venue["id"]: venue for venue in imported.resources[Kind.VENUE].values()}
    on_sale = [
        (key, event) for key, event in imported.resources[Kind.EVENT].items() if event["status"] == "on_sale"
    ]
    on_sale.sort(key=lambda entry: (entry[1]["starts_at"], entry[0]))
    return [
        Attraction(
            event["id"],
            _crowd(_taste(seed, key), event["capacity"], 1 - place / len(on_sale)),
            _offers(event, venues.get(event["venue"]["id"], {})),
        )
        for place, (key, event) in enumerate(on_sale)
    ]


def _taste(seed: str, key: str) -> float:
    """Most events are liked by few, a few by nearly everybody. Between 0 and 1."""
    return Random(f"{seed} {key}").betavariate(0.6, 1.2)  # noqa: S311 - a taste is no secret


def _crowd(taste: float, capacity: int, nearness: float) -> float:
    """What comes soon fills up first, small houses most easily: only to those do more come than there are places."""
    rush = min(1.1, 5 * taste * nearness**4)
    return 2 * taste + rush * min(capacity / 2.1, 30 + capacity / 20, 80)


def _offers(event: dict[str, Any], venue: dict[str, Any]) -> tuple[OnOffer, ...]:
    sections = {part["name"]: part for part in venue.get("seating_plan", {}).get("sections", ())}
    return tuple(
        OnOffer(
            kind["id"],
            kind["min_per_booking"],
            kind["max_per_booking"],
            tuple(_rows(sections, kind["sections"] or sections)),
        )
        for kind in event["ticket_types"]
    )


def _rows(sections: dict[str, Any], covered: Any) -> Iterator[Row]:
    for name in covered:
        for row in sections.get(name, {}).get("rows", ()):
            labels = row.get("labels") or [str(number + 1) for number in range(row["seats"])]
            yield Row(f"{name}/{row['name']}", tuple(labels))
