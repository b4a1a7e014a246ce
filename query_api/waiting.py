"""Requests that wait for positions, in the order in which these will be reached.

A notice concerns those at the front: ten thousand that wait for later positions are not looked at.
"""

import asyncio
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import count

TIDY_MIN = 64


class Queue:
    """Futures by the position that each waits for, lowest first. One that is done already has given up."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._tidy_at = TIDY_MIN

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, position: int, reached: asyncio.Future[None]) -> None:
        heappush(self._waiting, (position, next(self._numbers), reached))
        if len(self._waiting) > self._tidy_at:
            # Who has given up on a position that is never reached would stay for ever. Each time the queue has doubled
            # it is tidied, so that one request pays for a step or two.
            self._waiting = [entry for entry in self._waiting if not entry[2].done()]
            heapify(self._waiting)
            self._tidy_at = max(TIDY_MIN, 2 * len(self._waiting))

    def reach(self, position: int) -> None:
        """Let all go on that wait for no more than `position`."""
        while self._waiting and self._waiting[0][0] <= position:
            _, _, reached = heappop(self._waiting)
            if not reached.done():
                reached.set_result(None)


class Queues:
    """A queue for each set of read models that somebody waits for; there are few such sets."""

    def __init__(self) -> None:
        self._queues: dict[frozenset[str], Queue] = {}

    def __getitem__(self, projectors: frozenset[str]) -> Queue:
        return self._queues.setdefault(projectors, Queue())

    def of(self, moved: Iterable[str]) -> Iterator[tuple[frozenset[str], Queue]]:
        """Those for which it matters that these have moved."""
        names = frozenset(moved)
        return ((key, queue) for key, queue in self._queues.items() if queue and not names.isdisjoint(key))
