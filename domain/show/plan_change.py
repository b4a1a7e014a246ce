"""A plan may grow, and shrink to what is held, sold and kept back, not below."""

from domain.journal import Journal
from domain.refusal import Refused
from domain.seating_plan import SeatingPlan
from domain.show.places import FREE, Places
from domain.show.refusals import PlacesInUse
from domain.show.state import Show


def check_room(show: Show, plan: SeatingPlan) -> None:
    """Refuse a plan that lacks a place in use."""
    there = Places(plan, Journal())
    missing = tuple(seat for seat in _seats_in_use(show) if there.locate(seat) is None)
    before = {area.name: area.capacity for area in show.details.plan.areas}
    after = {area.name: area.capacity for area in plan.areas}
    used = {area: capacity - show.places.free[area] for area, capacity in before.items()}
    short = {area: count - after.get(area, 0) for area, count in used.items() if count > after.get(area, 0)}
    if missing or short:
        raise Refused(PlacesInUse(missing, short))


def _seats_in_use(show: Show) -> list[str]:
    return [
        row.seat(index)
        for rows in show.places.rows.values()
        for row in rows.values()
        for index, flag in enumerate(row.flags)
        if flag != FREE
    ]
