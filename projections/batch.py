"""The rows that a batch of facts touches, while it is being folded."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import msgspec

from eventstore.facts import RecordedFact
from projections.ledger import Ledger
from projections.table import Table
from runtime.privacy.person_key import ENCRYPTED, PersonKey

Row = TypeVar("Row", bound=msgspec.Struct)
Entry = TypeVar("Entry", bound=msgspec.Struct)


class RowMissing(LookupError):
    """A fact is about a row that no earlier fact has made."""

    def __init__(self, table: str, key: str) -> None:
        super().__init__(f"{table} has no row {key}")


class Rows(Generic[Row]):
    """The touched rows of one table, by key. A fold changes them in place."""

    __slots__ = ("_rows", "_table", "changed", "removed", "touched")

    def __init__(self, table: str, loaded: dict[str, Row]) -> None:
        self._table = table
        self._rows = loaded
        self.changed: dict[str, Row] = {}
        self.removed: set[str] = set()
        # Since the last fact: of these a versioned table keeps a copy.
        self.touched: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._rows))

    def all(self) -> list[Row]:
        """Every row that the batch has so far, loaded or made."""
        return list(self._rows.values())

    def add(self, loaded: Mapping[str, Row]) -> None:
        """More rows that are there, found out about later."""
        self._rows.update(loaded)

    def read(self, key: str) -> Row:
        """A row to look at. Raises `RowMissing`."""
        row = self._rows.get(key)
        if row is None:
            raise RowMissing(self._table, key)
        return row

    def change(self, key: str) -> Row:
        """A row to change; it will be stored. Raises `RowMissing`."""
        row = self.read(key)
        self.changed[key] = row
        self.touched.add(key)
        return row

    def put(self, key: str, row: Row) -> None:
        """A new row, or another in place of the old one."""
        self._rows[key] = row
        self.changed[key] = row
        self.touched.add(key)
        self.removed.discard(key)

    def remove(self, key: str) -> None:
        """No such row from now on. One that is not there is no mistake: there may have been none before this batch."""
        self._rows.pop(key, None)
        self.changed.pop(key, None)
        self.touched.add(key)
        self.removed.add(key)


class Versions:
    """What the facts of a batch have left of the rows of one table: the columns of the table that keeps it, row by row,
    and of each key the last.
    """

    __slots__ = ("keys", "last", "positions", "recorded", "rows")

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.positions: list[int] = []
        self.recorded: list[datetime] = []
        self.rows: list[str | None] = []
        self.last: dict[str, str] = {}

    def add(self, key: str, position: int, recorded_at: datetime, row: str | None) -> None:
        self.keys.append(key)
        self.positions.append(position)
        self.recorded.append(recorded_at)
        self.rows.append(row)
        if row is not None:
            self.last[key] = row

    def stored(self, keys: Iterable[str]) -> str:
        """The argument of `store` for the rows of these keys: they have been encoded already."""
        return f"[{','.join([self.last[key] for key in keys])}]"


class Batch:
    """`batch[BOOKINGS]` are the rows of that table. `position` and `recorded_at` are those of the fact in hand.

    `keys` open what is about people: those of the batch who have one, as encrypted text names them.
    """

    __slots__ = ("_entries", "_keys", "_tables", "_versions", "position", "recorded_at")

    position: int
    recorded_at: datetime

    def __init__(
        self, loaded: Mapping[Table[Any], dict[str, Any]], keys: dict[str, PersonKey] | None = None
    ) -> None:
        self._keys = keys or {}
        self._tables = {table: Rows(table.name, rows) for table, rows in loaded.items()}
        self._entries: dict[Ledger[Any], list[Any]] = {}
        self._versions = {table: Versions() for table in loaded if table.versions is not None}

    def __getitem__(self, table: Table[Row]) -> Rows[Row]:
        return cast("Rows[Row]", self._tables[table])

    def enter(self, ledger: Ledger[Entry], entry: Entry) -> None:
        """One more row of a ledger."""
        self._entries.setdefault(ledger, []).append(entry)

    def opened(self, text: str) -> str:
        """`text` in the clear; nothing where its key is gone."""
        encrypted = ENCRYPTED.fullmatch(text)
        if encrypted is None:
            return text
        key = self._keys.get(encrypted[1])
        return "" if key is None else key.decrypt(encrypted[2]) or ""

    def forget(self, person_id: str) -> None:
        """From here on nothing of this person is opened."""
        self._keys.pop(UUID(person_id).hex, None)

    def begin(self, fact: RecordedFact) -> None:
        """From here on `fact` is folded."""
        self.position, self.recorded_at = fact.position, fact.recorded_at

    def end(self) -> None:
        """The fact in hand has been folded: versioned tables keep what it has left."""
        for table, versions in self._versions.items():
            rows = self._tables[table]
            if not rows.touched:
                continue
            for key in sorted(rows.touched):
                row = table.version(rows.read(key)) if key in rows else None
                versions.add(key, self.position, self.recorded_at, row)
            rows.touched.clear()

    def changes(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The statements that store what was folded, each with its arguments, in the order of their rows' keys so that
        two writers never lock them crosswise.
        """
        for table, rows in self._tables.items():
            if rows.changed:
                yield table.store, (self._stored(table, rows, sorted(rows.changed)),)
            if rows.removed:
                yield table.remove, (sorted(rows.removed),)
        for table, versions in self._versions.items():
            if versions.keys:
                yield table.keep, (versions.keys, versions.positions, versions.recorded, versions.rows)
        for ledger, entries in self._entries.items():
            yield ledger.enter, (ledger.written(entries),)

    def _stored(self, table: Table[Any], rows: Rows[Any], keys: list[str]) -> str:
        versions = self._versions.get(table)
        return (
            table.written([rows.changed[key] for key in keys]) if versions is None else versions.stored(keys)
        )
