"""Tables as the simulated database keeps them: rows by table and key, changed by transactions."""

from collections.abc import Iterator
from typing import Any

Key = tuple[str, str]
GONE = object()


class Rows:
    """What is committed, and who holds which row's lock."""

    def __init__(self) -> None:
        self.committed: dict[Key, Any] = {}
        self.locks: dict[Key, Transaction] = {}


class Transaction:
    """Sees its own changes and what others have committed. `mark` and `back_to` are savepoints."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._changes: dict[Key, Any] = {}
        self._marks: list[dict[Key, Any]] = []
        self._locked: list[Key] = []
        self.open = True

    def get(self, table: str, key: str) -> Any:
        """None when there is no such row."""
        value = self._changes.get((table, key), self._rows.committed.get((table, key)))
        return None if value is GONE else value

    def all(self, table: str) -> Iterator[tuple[str, Any]]:
        for key in {**self._rows.committed, **self._changes}:
            if key[0] == table and (value := self.get(*key)) is not None:
                yield key[1], value

    def put(self, table: str, key: str, value: Any) -> None:
        self._changes[table, key] = value

    def remove(self, table: str, key: str) -> None:
        self._changes[table, key] = GONE

    def lock(self, table: str, key: str) -> bool:
        """Whether the row's lock could be had, as with SKIP LOCKED."""
        holder = self._rows.locks.setdefault((table, key), self)
        if holder is self:
            self._locked.append((table, key))
        return holder is self

    def mark(self) -> None:
        self._marks.append(dict(self._changes))

    def keep(self) -> None:
        """The newest savepoint is no longer needed."""
        self._marks.pop()

    def back(self) -> None:
        """To the newest savepoint."""
        self._changes = self._marks.pop()

    def commit(self) -> None:
        if self.open:
            for key, value in self._changes.items():
                if value is GONE:
                    self._rows.committed.pop(key, None)
                else:
                    self._rows.committed[key] = value
        self.end()

    def end(self) -> None:
        """Without a commit: rolled back."""
        self.open = False
        for key in self._locked:
            self._rows.locks.pop(key, None)
        self._locked.clear()
