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
        chosen = _in_row(pick, row, wheelchairs, company)
        if len(chosen) == wheelchairs + company:
            return _take(pick, [(row, index) for index in chosen])
    return _take(pick, _over_rows(pick, rows, wheelchairs, company))


def _in_row(pick: Pick, row: RowOfSeats, wheelchairs: int, company: int) -> list[int]:
    """As many as there are of both, the wheelchair places first."""
    free = _free(pick, row, row.accessible)[:wheelchairs]
    return free + _beside(pick, row, free)[:company]


def _over_rows(
    pick: Pick, rows: list[RowOfSeats], wheelchairs: int, company: int
) -> list[tuple[RowOfSeats, int]]:
    """Row by row from the front, the company spread over the wheelchair places; empty when there are too few."""
    places: list[tuple[RowOfSeats, int]] = []
    beside: list[tuple[RowOfSeats, int]] = []
    for row in rows:
        here = len(_free(pick, row, row.accessible)[: wheelchairs - len(places)])
        with_them = -(-company * here // wheelchairs)
        chosen = _in_row(pick, row, here, min(with_them, company - len(beside)))
        places += [(row, index) for index in chosen[:here]]
        beside += [(row, index) for index in chosen[here:]]
    return places + beside if (len(places), len(beside)) == (wheelchairs, company) else []


def _take(pick: Pick, seats: list[tuple[RowOfSeats, int]]) -> list[Place]:
    names = [row.seat(index) for row, index in seats]
    return [Place(name, None) for name in names if pick.take_seat(name)]


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
