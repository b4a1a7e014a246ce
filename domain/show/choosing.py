"""Choose places for a booking that asks for a number of them, not for seats by name.

The best places are together in one row, leave no single seat behind, and are as near the front and the centre as can
be, in this order of importance: never a single free seat where another choice exists. Where no row has enough
together, the party is split over adjacent rows; where even that fails, over whatever is free from the front.

Rows are looked at as bytes: a row without room for the party is passed over in one search of C speed.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from domain.show.places import FREE, TAKEN, Places, RowOfSeats

FREE_RUN = re.compile(rb"\x00+")


class Place(NamedTuple):
    """A chosen place: a seat by name, or somewhere in an area."""

    seat: str | None
    area: str | None


class Block(NamedTuple):
    """`size` adjacent free seats of a row from `start`. Smaller sorts better: no single seat left, then the centre."""

    leaves_single: bool
    off_centre: float
    start: int
    size: int


class Pick:
    """The places chosen so far for one booking, laid over what is taken already.

    Two items of one booking may draw on the same section, so what the first has chosen is not free for the second.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._flags: dict[str, bytearray] = {}
        self._standing: dict[str, int] = {}

    def take_seat(self, seat: str) -> bool:
        """Choose this seat; False when it is not free (any more)."""
        located = self._places.locate(seat)
        if located is None or self.flags(located[1])[located[2]] != FREE:
            return False
        self._sit(located[1], located[2])
        return True

    def choose(self, parts: tuple[str, ...], quantity: int) -> list[Place]:
        """The best `quantity` places in `parts`, in their order; fewer when there are fewer."""
        return (
            self._in_one_row(parts, quantity)
            or self._in_adjacent_rows(parts, quantity)
            or list(self._anywhere(parts, quantity))
        )

    # -------------------------------------------------------------- together

    def _in_one_row(self, parts: tuple[str, ...], quantity: int) -> list[Place]:
        """In the first row, or area, that has them all together and leaves no single seat; else in the first at all."""
        second_best: tuple[RowOfSeats, Block] | None = None
        for part in parts:
            if part not in self._places.rows:
                if self._room(part) >= quantity:
                    return self._stand(part, quantity)
                continue
            if self._places.free.get(part, 0) < quantity:
                continue
            for row in self._places.rows[part].values():
                block = self._best_block(row, quantity)
                if block is not None and not block.leaves_single:
                    return self._sit_in(row, block)
                if block is not None and second_best is None:
                    second_best = row, block
        return self._sit_in(*second_best) if second_best else []

    def _best_block(self, row: RowOfSeats, quantity: int) -> Block | None:
        flags = self.open_flags(row)
        if flags.find(bytes(quantity)) < 0:
            return None
        ideal = (len(flags) - quantity) / 2
        runs = FREE_RUN.finditer(flags)
        wide = (run for run in runs if run.end() - run.start() >= quantity)
        return min(best_in_run(run.start(), run.end(), quantity, ideal) for run in wide)

    # -------------------------------------------------------------- split over rows

    def _in_adjacent_rows(self, parts: tuple[str, ...], quantity: int) -> list[Place]:
        """In as few adjacent rows as possible: the longest free runs of each, nearest the front."""
        best: list[RowOfSeats] = []
        for part in parts:
            if self._places.free.get(part, 0) >= quantity:
                rows = list(self._places.rows.get(part, {}).values())
                found = fewest_adjacent([self._longest_run(row) for row in rows], quantity)
                if found and (not best or len(found) < len(best)):
                    best = [rows[index] for index in found]
        return list(self._split_over(best, quantity))

    def _longest_run(self, row: RowOfSeats) -> int:
        return max((run.end() - run.start() for run in FREE_RUN.finditer(self.open_flags(row))), default=0)

    def _split_over(self, rows: list[RowOfSeats], quantity: int) -> Iterator[Place]:
        for row in rows:
            block = self._best_block(row, min(quantity, self._longest_run(row)))
            if block is not None:
                quantity -= block.size
                yield from self._sit_in(row, block)

    # -------------------------------------------------------------- anywhere

    def _anywhere(self, parts: tuple[str, ...], quantity: int) -> Iterator[Place]:
        left = quantity
        for part in parts:
            if part not in self._places.rows:
                room = min(left, self._room(part))
                yield from self._stand(part, room)
                left -= room
                continue
            for row in self._places.rows[part].values():
                while left and (index := self.open_flags(row).find(FREE)) >= 0:
                    yield self._sit(row, index)
                    left -= 1

    # -------------------------------------------------------------- taking

    def _room(self, area: str) -> int:
        return self._places.free.get(area, 0) - self._standing.get(area, 0)

    def _stand(self, area: str, quantity: int) -> list[Place]:
        self._standing[area] = self._standing.get(area, 0) + quantity
        return [Place(None, area)] * quantity

    def _sit_in(self, row: RowOfSeats, block: Block) -> list[Place]:
        return [self._sit(row, index) for index in range(block.start, block.start + block.size)]

    def _sit(self, row: RowOfSeats, index: int) -> Place:
        self._flags.setdefault(row.prefix, row.flags[:])[index] = TAKEN
        return Place(row.seat(index), None)

    def flags(self, row: RowOfSeats) -> bytearray:
        """The row's flags with what was picked marked as taken."""
        return self._flags.get(row.prefix, row.flags)

    def open_flags(self, row: RowOfSeats) -> bytearray:
        """What is open to a choice by number: wheelchair places and companion seats are for those who ask for them."""
        flags = self.flags(row)
        if row.accessible or row.companions:
            flags = flags[:]
            for index in row.accessible | row.companions:
                flags[index] = TAKEN
        return flags


def fewest_adjacent(room: list[int], quantity: int) -> range:
    """The shortest stretch of `room` that adds up to `quantity` with no zero in it, the first of equals; else empty."""
    best = range(0)
    first = total = 0
    for index, here in enumerate(room):
        total += here
        if not here:
            first, total = index + 1, 0
        while first <= index and total - room[first] >= quantity:
            total -= room[first]
            first += 1
        if total >= quantity and (not best or index + 1 - first < len(best)):
            best = range(first, index + 1)
    return best


def best_in_run(begin: int, end: int, quantity: int, ideal: float) -> Block:
    """The best `quantity` seats among the free ones from `begin` up to `end`: a run of at least as many.

    Left and right of them none or at least two seats stay free, if the run's length allows it.
    """
    last = end - quantity
    spare = last - begin
    nearest = min(max(round(ideal), begin), last)
    if spare == 1:
        return Block(leaves_single=True, off_centre=abs(nearest - ideal), start=nearest, size=quantity)
    # Off by one from either end is what leaves a single seat.
    candidates = {nearest, begin, last}
    if nearest == begin + 1:
        candidates.add(begin + 2)
    if nearest == last - 1:
        candidates.add(last - 2)
    allowed = [start for start in candidates if start - begin != 1 and last - start != 1]
    return min(
        Block(leaves_single=False, off_centre=abs(start - ideal), start=start, size=quantity)
        for start in allowed
    )
