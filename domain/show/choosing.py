"""Choose places for a booking that asks for a number of them, not for seats by name."""

from collections.abc import Iterator

from domain.show.places import FREE, TAKEN, Places, RowOfSeats


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
        if located is None or self._row_flags(located[1])[located[2]] != FREE:
            return False
        self._own_flags(located[1])[located[2]] = TAKEN
        return True

    def choose(self, parts: tuple[str, ...], quantity: int) -> list[tuple[str | None, str | None]]:
        """The (seat, area) of `quantity` places in `parts`, together where possible; fewer when there are fewer.

        First one area or row that has them all, in the order of the plan, then whatever is free from the front.
        """
        together = self._together(parts, quantity)
        return together or list(self._scattered(parts, quantity))

    def _together(self, parts: tuple[str, ...], quantity: int) -> list[tuple[str | None, str | None]]:
        for part in parts:
            if part not in self._places.rows:
                if self._standing_room(part) >= quantity:
                    return self._stand(part, quantity)
            elif self._places.free[part] >= quantity:
                for row in self._places.rows[part].values():
                    start = self._row_flags(row).find(bytes(quantity))
                    if start >= 0:
                        return [self._sit(row, index) for index in range(start, start + quantity)]
        return []

    def _scattered(self, parts: tuple[str, ...], quantity: int) -> Iterator[tuple[str | None, str | None]]:
        left = quantity
        for part in parts:
            if part not in self._places.rows:
                room = min(left, self._standing_room(part))
                yield from self._stand(part, room)
                left -= room
                continue
            for row in self._places.rows[part].values():
                while left and (index := self._row_flags(row).find(FREE)) >= 0:
                    yield self._sit(row, index)
                    left -= 1

    def _standing_room(self, area: str) -> int:
        return self._places.free[area] - self._standing.get(area, 0)

    def _stand(self, area: str, quantity: int) -> list[tuple[str | None, str | None]]:
        self._standing[area] = self._standing.get(area, 0) + quantity
        return [(None, area)] * quantity

    def _sit(self, row: RowOfSeats, index: int) -> tuple[str | None, str | None]:
        self._own_flags(row)[index] = TAKEN
        return (row.seat(index), None)

    def _row_flags(self, row: RowOfSeats) -> bytearray:
        return self._flags.get(row.prefix, row.flags)

    def _own_flags(self, row: RowOfSeats) -> bytearray:
        """A copy of the row's flags that this pick may mark."""
        return self._flags.setdefault(row.prefix, row.flags[:])
