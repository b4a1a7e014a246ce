"""Is there an order of these operations that one user at a time could have made?

The search of Wing and Gong with Lowe's memory: take operations one after the other that may come next, and never look
twice at the same set of operations taken that left the same state.
"""

from collections.abc import Hashable, Iterator, Sequence
from enum import StrEnum
from typing import Generic, NamedTuple

from tests.chaos.linearizability.operation import E, Model, Operation, S

STEPS_MAX = 200_000


class Finding(StrEnum):
    LINEARIZABLE = "linearizable"
    VIOLATED = "violated"
    UNDECIDED = "undecided"
    """The search was longer than its bound."""


class Verdict(NamedTuple):
    """`stuck` is what could not be placed where the search had got furthest, for people to look at."""

    finding: Finding
    steps: int
    stuck: tuple[str, ...] = ()


def linearizable(
    operations: Sequence[Operation[E]], model: Model[S, E], steps_max: int = STEPS_MAX
) -> Verdict:
    """The verdict over one thing's history."""
    return _Search(sorted(operations, key=lambda each: (each.invoked, each.completed)), model).run(steps_max)


class _Place(NamedTuple):
    """All operations before number `first` are taken, and of those from there on the ones in the bit set `taken`."""

    first: int
    taken: int
    state: Hashable


class _Search(Generic[S, E]):
    def __init__(self, operations: Sequence[Operation[E]], model: Model[S, E]) -> None:
        self._operations = operations
        self._model = model
        self._seen: set[_Place] = set()
        self._furthest = (-1, _Place(0, 0, None))

    def run(self, steps_max: int) -> Verdict:
        start = _Place(0, 0, self._model.initial)
        path = [self._nexts(start)]
        self._note(start)
        steps = 0
        if self._is_done(start):
            return Verdict(Finding.LINEARIZABLE, steps)
        while path:
            place = next(path[-1], None)
            if place is None:
                path.pop()
                continue
            if place in self._seen:
                continue
            if steps == steps_max:
                return Verdict(Finding.UNDECIDED, steps, self._stuck())
            steps += 1
            self._note(place)
            if self._is_done(place):
                return Verdict(Finding.LINEARIZABLE, steps)
            path.append(self._nexts(place))
        return Verdict(Finding.VIOLATED, steps, self._stuck())

    def _note(self, place: _Place) -> None:
        self._seen.add(place)
        self._furthest = max(
            self._furthest, (place.first + place.taken.bit_count(), place), key=lambda n: n[0]
        )

    def _is_done(self, place: _Place) -> bool:
        return all(self._operations[number].is_optional for number in self._left(place))

    def _left(self, place: _Place) -> Iterator[int]:
        for number in range(place.first, len(self._operations)):
            if not place.taken >> (number - place.first) & 1:
                yield number

    def _candidates(self, place: _Place) -> list[int]:
        """Those that nobody left must have come before, by the order in which they were invoked."""
        found, earliest = [], float("inf")
        for number in self._left(place):
            operation = self._operations[number]
            if operation.invoked > earliest:
                break
            earliest = min(earliest, operation.completed)
            found.append(number)
        return sorted(found, key=lambda each: (self._operations[each].hint, self._operations[each].completed))

    def _nexts(self, place: _Place) -> Iterator[_Place]:
        state: S = place.state  # type: ignore[assignment]
        ways: list[tuple[int, S]] = []
        for number in self._candidates(place):
            operation = self._operations[number]
            for after in self._model.after(state, operation):
                if after == state and not operation.is_optional:
                    # It saw what is, and changed nothing: whatever comes later, it may as well come first.
                    yield self._taken(place, number, after)
                    return
                ways.append((number, after))
        for number, after in ways:
            yield self._taken(place, number, after)

    def _taken(self, place: _Place, number: int, state: S) -> _Place:
        first, taken = place.first, place.taken | 1 << (number - place.first)
        while taken & 1:
            first, taken = first + 1, taken >> 1
        return _Place(first, taken, state)

    def _stuck(self) -> tuple[str, ...]:
        place = self._furthest[1]
        known = [each for each in self._candidates(place) if not self._operations[each].is_optional]
        return tuple(self._operations[number].name for number in known)
