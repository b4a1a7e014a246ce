"""The seat map of a show, in the API's words."""

from collections import Counter
from typing import Any

from domain.seating_plan import Row, Section
from domain.show.places import FREE, KEPT
from domain.show.state import Show

LEGEND = {"f": "free", "h": "held", "s": "sold", "b": "blocked"}
LETTERS = {"pending": "h", "confirmed": "s"}
"""What a booking of this status makes of its places."""


def seat_map_body(show: Show, position: int) -> dict[str, Any]:
    """The shape of `resources.seat_map.SeatMap`; `position` is that of the last fact that changed it."""
    letters, areas = _taken(show)
    details, places, stock = show.details, show.places, show.stock
    return {
        "event_id": details.show_id,
        "position": position,
        "availability": {
            "available": sum(places.free.values()),
            "held": sum(stock.held.values()),
            "sold": sum(stock.sold.values()),
            "blocked": sum(places.kept.values()),
        },
        "legend": LEGEND,
        "sections": [_section(show, section, letters) for section in details.plan.sections],
        "areas": [
            {
                "name": area.name,
                "capacity": area.capacity,
                "available": places.free[area.name],
                "held": areas[area.name, "h"],
                "sold": areas[area.name, "s"],
                "blocked": places.kept.get(area.name, 0),
            }
            for area in details.plan.areas
        ],
    }


def _taken(show: Show) -> tuple[dict[str, str], Counter[tuple[str, str]]]:
    """What somebody has: of each such seat its letter, and of each area how many places of which."""
    letters, areas = dict[str, str](), Counter[tuple[str, str]]()
    for booking in show.bookings.values():
        if booking.is_live:
            letter = LETTERS[booking.status]
            for ticket in booking.live_tickets:
                if ticket.seat is not None:
                    letters[ticket.seat] = letter
                elif ticket.area is not None:
                    areas[ticket.area, letter] += 1
    return letters, areas


def _section(show: Show, section: Section, letters: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": section.name,
        "rows": [(row.name, _seats(show, section, row, letters)) for row in section.rows],
    }
    for name in ("labels", "accessible", "companions"):
        if odd := {row.name: getattr(row, name) for row in section.rows if getattr(row, name)}:
            made[name] = odd
    return made


def _seats(show: Show, section: Section, row: Row, letters: dict[str, str]) -> str:
    seats = show.places.rows[section.name][row.name]
    return "".join(
        "f" if flag == FREE else "b" if flag == KEPT else letters[seats.seat(index)]
        for index, flag in enumerate(seats.flags)
    )
