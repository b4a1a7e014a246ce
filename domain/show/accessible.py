"""Wheelchair places, with the company beside them."""

from domain.show.choosing import Pick, Place
from domain.show.places import FREE, Places, RowOfSeats


def choose_accessible(
    places: Places, pick: Pick, parts: tuple[str, ...], wheelchairs: int, company: int
) -> list[Place]:
    """So many wheelchair places and so many seats beside them, in one row if possible; empty when there are too few.

    Companion seats are taken first, then other free seats of the same row, the nearest first.
    """
    rows = [row for part in parts for row in places.rows.get(part, {}).values() if row.accessible]
    for row in rows:
        free = _free(pick, row, row.accessible)
        beside = _beside(pick, row, free[:wheelchairs])
        if len(free) >= wheelchairs and len(beside) >= company:
            chosen = [*free[:wheelchairs], *beside[:company]]
            return [Place(row.seat(index), None) for index in chosen if pick.take_seat(row.seat(index))]
    return []


def accessible_left(places: Places, pick: Pick, parts: tuple[str, ...]) -> int:
    """How many wheelchair places are free in `parts`."""
    rows = (row for part in parts for row in places.rows.get(part, {}).values())
    return sum(len(_free(pick, row, row.accessible)) for row in rows)


def _free(pick: Pick, row: RowOfSeats, indexes: frozenset[int]) -> list[int]:
    flags = pick.flags(row)
    return sorted(index for index in indexes if flags[index] == FREE)


def _beside(pick: Pick, row: RowOfSeats, wheelchairs: list[int]) -> list[int]:
    """Free seats for company: companion seats before others, near before far."""
    if not wheelchairs:
        return []
    free = _free(pick, row, frozenset(range(row.row.size)) - row.accessible)
    return sorted(
        free,
        key=lambda index: (index not in row.companions, min(abs(index - place) for place in wheelchairs)),
    )
