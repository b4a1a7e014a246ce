"""The rows that a batch of facts touches, while it is being folded."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar, cast

import msgspec

from projections.table import Table

Row = TypeVar("Row", bound=msgspec.Struct)


class RowMissing(LookupError):
    """A fact is about a row that no earlier fact has made."""

    def __init__(self, table: str, key: str) -> None:
        super().__init__(f"{table} has no row {key}")


class Rows(Generic[Row]):
    """The touched rows of one table, by key. A fold changes them in place."""

    __slots__ = ("_rows", "_table", "changed", "removed")

    def __init__(self, table: str, loaded: dict[str, Row]) -> None:
        self._table = table
        self._rows = loaded
        self.changed: dict[str, Row] = {}
        self.removed: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._rows

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
        return row

    def put(self, key: str, row: Row) -> None:
        """A new row, or another in place of the old one."""
        self._rows[key] = row
        self.changed[key] = row
        self.removed.discard(key)

    def remove(self, key: str) -> None:
        """No such row from now on. One that is not there is no mistake: there may have been none before this batch."""
        self._rows.pop(key, None)
        self.changed.pop(key, None)
        self.removed.add(key)


class Batch:
    """`batch[BOOKINGS]` are the rows of that table."""

    __slots__ = ("_tables",)

    def __init__(self, loaded: dict[Table[Any], dict[str, Any]]) -> None:
        self._tables = {table: Rows(table.name, rows) for table, rows in loaded.items()}

    def __getitem__(self, table: Table[Row]) -> Rows[Row]:
        return cast("Rows[Row]", self._tables[table])

    def changes(self) -> Iterator[tuple[Table[Any], list[Any], list[str]]]:
        """The rows to store and the keys to remove, table by table, in the order of their keys so that two writers
        never lock them crosswise.
        """
        for table, rows in self._tables.items():
            if rows.changed or rows.removed:
                yield table, [rows.changed[key] for key in sorted(rows.changed)], sorted(rows.removed)
