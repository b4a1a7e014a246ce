"""The rule that picked seats must not leave one free seat alone."""

from domain.show.choosing import FREE_RUN, Pick, best_in_run
from domain.show.places import Places, RowOfSeats
from domain.show.refusals import SingleSeatLeft


def single_seat_left(places: Places, pick: Pick, seats: tuple[str, ...]) -> SingleSeatLeft | None:
    """What is wrong with having picked `seats`, if as many others of the same row would leave nobody alone.

    A single seat that was there before does not count, and where no other choice exists none is asked for. Wheelchair
    places and companion seats are no part of this: they may stay alone, and nobody else is sent there.
    """
    rows: dict[str, tuple[RowOfSeats, int]] = {}
    for seat in seats:
        located = places.locate(seat)
        if located is not None and not places.is_for_wheelchairs(seat):
            rows[located[1].prefix] = located[1], rows.get(located[1].prefix, (located[1], 0))[1] + 1
    for row, picked in rows.values():
        before = Pick(places).open_flags(row)
        orphans = _singles(pick.open_flags(row)) - _singles(before)
        instead = _without_singles(row, before, picked) if orphans else ()
        if orphans and instead:
            return SingleSeatLeft(tuple(row.seat(index) for index in sorted(orphans)), instead)
    return None


def _singles(flags: bytearray) -> set[int]:
    return {run.start() for run in FREE_RUN.finditer(flags) if run.end() - run.start() == 1}


def _without_singles(row: RowOfSeats, flags: bytearray, quantity: int) -> tuple[str, ...]:
    """As many adjacent seats of the row that leave no single one; none when there are none."""
    ideal = (row.row.size - quantity) / 2
    runs = [run for run in FREE_RUN.finditer(flags) if run.end() - run.start() >= quantity]
    blocks = [best_in_run(run.start(), run.end(), quantity, ideal) for run in runs]
    best = min((block for block in blocks if not block.leaves_single), default=None)
    return (
        () if best is None else tuple(row.seat(index) for index in range(best.start, best.start + best.size))
    )
