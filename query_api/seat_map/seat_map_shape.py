"""The seat map in the API's words: a string for each row of seats, a character for each seat."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

FREE, BLOCKED = "f", "b"
LEGEND = {"f": "free", "h": "held", "s": "sold", "b": "blocked"}

LabelsOf = Callable[[str, str], list[str] | None]
"""The labels of a section's row, None where they are 1..n."""


def map_shape(row: Any, *, reset: bool = False) -> dict[str, Any]:
    """The shape of `resources.seat_map.SeatMap`, from a row of `GET_MAP`."""
    sections = orjson.loads(row["sections"])
    seats = iter((row["seats"] or "").split(" "))
    for section in sections:
        section["rows"] = list(zip(section["rows"], seats, strict=False))
    areas, left = _areas(row), _left(row)
    if row["holds"]:
        odd = {section["name"]: section.get("labels", {}) for section in sections}
        lapsed = Lapsed(row, lambda section, name: odd[section].get(name), areas, left)
        for section in sections:
            section["rows"] = [
                (name, lapsed.without(section["name"], name, seats)) for name, seats in section["rows"]
            ]
    return {
        "event_id": row["show_id"],
        "position": row["position"],
        **({"reset": True} if reset else {}),
        "availability": left,
        "legend": LEGEND,
        "sections": sections,
        "areas": [_area_shape(area) for area in areas.values()],
    }


def changes_shape(row: Any, since: int) -> dict[str, Any]:
    """The shape of `resources.seat_map.SeatMapChanges`, from a row of `GET_CHANGES`."""
    found = [
        (*row_id.split("/")[1:], labels, seats)
        for row_id, labels, seats in orjson.loads(row["changes"] or "[]")
    ]
    changes = [(section, name, seats) for section, name, _, seats in found]
    areas, left = _areas(row), _left(row)
    moved = {name for name, area in areas.items() if area["position"] > since}
    if row["holds"]:
        odd = {(section, name): labels for section, name, labels, _ in found}
        lapsed = Lapsed(row, lambda section, name: odd[section, name], areas, left)
        changes = [(section, name, lapsed.without(section, name, seats)) for section, name, seats in changes]
        moved |= lapsed.areas
    return {
        "event_id": row["show_id"],
        "position": row["position"],
        "since": since,
        "availability": left,
        "changes": changes,
        "areas": [_area_shape(area) for name, area in areas.items() if name in moved],
    }


class Lapsed:
    """Holds that have run out and allotments after their date: taken out of `areas` and of the counts in `left` at
    once, of rows by `without`, which also counts the seats that no allotment keeps any more.

    A place of an allotment goes back to it, as it will when the hold's end is written.
    """

    def __init__(self, row: Any, labels_of: LabelsOf, areas: dict[str, Any], left: dict[str, int]) -> None:
        self.areas: set[str] = set()
        self._labels_of = labels_of
        self._left = left
        self._seats: dict[tuple[str, str], dict[str, str]] = {}
        self._released: dict[tuple[str, str], list[str]] = {}
        allotments = orjson.loads(row["allotments"])
        for allotment_id, seats in orjson.loads(row["released"] or "[]"):
            self._release(seats, allotments.pop(allotment_id), areas)
        for name, allotment_id in _places(row["lapsed"]):
            after = BLOCKED if allotment_id in allotments else FREE
            left["held"] -= 1
            left["blocked" if after == BLOCKED else "available"] += 1
            part, *seat = name.split("/")
            if seat:
                self._seats.setdefault((part, seat[0]), {})[seat[1]] = after
            else:
                self.areas.add(part)
                areas[part]["held"] -= 1
                areas[part]["blocked"] += after == BLOCKED

    def _release(self, seats: list[str], kept: dict[str, int], areas: dict[str, Any]) -> None:
        for seat in seats:
            section, name, label = seat.split("/")
            self._released.setdefault((section, name), []).append(label)
        for area, count in kept.items():
            self.areas.add(area)
            areas[area]["blocked"] -= count
            self._left["blocked"] -= count
            self._left["available"] += count

    def without(self, section: str, name: str, seats: str) -> str:
        """The seats of a row, none of them held or kept back by these. Asked once for each row."""
        held, released = self._seats.get((section, name), {}), self._released.get((section, name), ())
        if not held and not released:
            return seats
        labels, letters = self._labels_of(section, name), list(seats)

        def place(label: str) -> int:
            return int(label) - 1 if labels is None else labels.index(label)

        for index in map(place, released):
            # Others of its seats have been sold, or are held.
            if letters[index] == BLOCKED:
                letters[index] = FREE
                self._left["blocked"] -= 1
                self._left["available"] += 1
        for label, after in held.items():
            letters[place(label)] = after
        return "".join(letters)


def _places(lapsed: str | None) -> Iterator[tuple[str, str | None]]:
    """Name and allotment of each place."""
    for booking in orjson.loads(lapsed or "[]"):
        for _, name, allotment_id in booking:
            yield name, allotment_id


def _areas(row: Any) -> dict[str, Any]:
    return {area["name"]: area for area in orjson.loads(row["areas"])}


def _area_shape(area: dict[str, Any]) -> dict[str, Any]:
    held, sold, blocked = area["held"], area["sold"], area["blocked"]
    return {
        "name": area["name"],
        "capacity": area["capacity"],
        "available": area["capacity"] - held - sold - blocked,
        "held": held,
        "sold": sold,
        "blocked": blocked,
    }


def _left(row: Any) -> dict[str, int]:
    return {"available": row["free"], "held": row["held"], "sold": row["sold"], "blocked": row["blocked"]}
