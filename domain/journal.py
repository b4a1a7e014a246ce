"""A journal of changes to a mutable state, so that what was only tentative can be taken back.

The writer of a hot stream folds facts into its state before they are committed. When the commit fails, the state must
be what it was. Copying a 60,000-seat show for each batch would be quadratic, so the state makes every change through
this journal, which remembers the old value: going back costs what went forward.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from heapq import heappush
from operator import setitem
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Journal:
    """How to undo everything changed since `begin`, newest last. Records nothing until the first `begin`."""

    __slots__ = ("_recording", "_undo")

    def __init__(self) -> None:
        self._undo: list[tuple[Callable[..., object], Any, Any, Any]] = []
        self._recording = False

    def begin(self) -> None:
        """What was changed so far stands for good; changes from here on can be taken back."""
        self._undo.clear()
        self._recording = True

    def mark(self) -> int:
        """A place to come back to with `rollback`."""
        return len(self._undo)

    def rollback(self, mark: int = 0) -> None:
        """Undo every change after `mark`, newest first."""
        while len(self._undo) > mark:
            undo, target, key, old = self._undo.pop()
            undo(target, key, old)

    @contextmanager
    def only_for_now(self) -> Iterator[None]:
        """Take back on leaving whatever is changed within, recording or not."""
        was_recording, mark = self._recording, len(self._undo)
        self._recording = True
        try:
            yield
        finally:
            self.rollback(mark)
            self._recording = was_recording

    def put(self, table: dict[K, V], key: K, value: V) -> None:
        """`table[key] = value`, remembered."""
        if self._recording:
            if key in table:
                self._undo.append((setitem, table, key, table[key]))
            else:
                self._undo.append((dict.pop, table, key, None))
        table[key] = value

    def remove(self, table: dict[K, V], key: K) -> None:
        """`del table[key]`, remembered. A key that is not there is no mistake."""
        if key in table:
            if self._recording:
                self._undo.append((setitem, table, key, table[key]))
            del table[key]

    def flag(self, flags: bytearray, index: int, value: int) -> None:
        """`flags[index] = value`, remembered."""
        if self._recording:
            self._undo.append((setitem, flags, index, flags[index]))
        flags[index] = value

    def assign(self, target: object, name: str, value: object) -> None:
        """`target.name = value`, remembered."""
        if self._recording:
            self._undo.append((setattr, target, name, getattr(target, name)))
        setattr(target, name, value)

    def popped(self, heap: list[K], entry: K) -> None:
        """`entry` was taken off `heap`, remembered."""
        if self._recording:
            self._undo.append((_push_back, heap, entry, None))


def _push_back(heap: list[Any], entry: Any, _: None) -> None:
    heappush(heap, entry)
