"""One table of a projector: a row class, and the statements that move its rows by the batch.

Rows travel as one JSON document for the whole batch, in both directions: to the driver that is one value to encode, not
one for each field of each row, which made a batch several times as dear here as in the database. The types of columns
are those of the .sql file; a row class has a field for each of its columns but generated ones.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

LOAD = "SELECT {number}, to_json(row)::text FROM {table} AS row WHERE {key} = ANY (${number})"

STORE = """INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1)
           ON CONFLICT ({key}) DO UPDATE SET {changes}"""

REMOVE = "DELETE FROM {table} WHERE {key} = ANY ($1)"

# Applied a second time, a fact leaves the version it left before.
KEEP = """INSERT INTO {versions} SELECT * FROM json_populate_recordset(NULL::{versions}, $1)
          ON CONFLICT DO NOTHING"""

Row = TypeVar("Row", bound=msgspec.Struct)

encode = msgspec.json.Encoder().encode


class Table(Generic[Row]):
    """`key` is the column that finds a row. `settle` works out what follows from the rest of a row, once before it is
    stored, however many facts have changed it.

    `versions` names a second table that keeps the row as each fact has left it, for reads as of any moment: its columns
    are the key, `position`, `recorded_at` and `row`, which is null where the fact has removed it.
    """

    def __init__(
        self,
        name: str,
        row: type[Row],
        key: str,
        settle: Callable[[Row], None] | None = None,
        versions: str | None = None,
    ) -> None:
        self.name = name
        self.key = key
        self.versions = versions
        self._settle = settle
        self._decode = msgspec.json.Decoder(row).decode
        fields = row.__struct_fields__
        self.remove = REMOVE.format(table=name, key=key)
        self.store = STORE.format(
            table=name,
            key=key,
            columns=", ".join(fields),
            changes=", ".join(f"{field} = excluded.{field}" for field in fields if field != key),
        )
        self.keep = KEEP.format(versions=versions)

    @property
    def names(self) -> list[str]:
        """Every table it owns."""
        return [self.name] if self.versions is None else [self.name, self.versions]

    def load(self, number: int) -> str:
        """What finds the rows whose keys are the argument of this number, each with that number. Those of several
        tables make one statement, with UNION ALL between them.
        """
        return LOAD.format(table=self.name, key=self.key, number=number)

    def read(self, found: Iterable[str]) -> dict[str, Row]:
        """The rows that `load` found, by key."""
        rows = map(self._decode, found)
        return {getattr(row, self.key): row for row in rows}

    def written(self, rows: list[Row]) -> str:
        """The argument of `store`."""
        if self._settle is not None:
            for row in rows:
                self._settle(row)
        return encode(rows).decode()

    def version(self, key: str, row: Row | None, position: int, recorded_at: datetime) -> dict[str, Any]:
        """The row as it stands now: one of those that `keep` takes."""
        if row is not None and self._settle is not None:
            self._settle(row)
        as_it_is = None if row is None else msgspec.Raw(encode(row))
        return {self.key: key, "position": position, "recorded_at": recorded_at, "row": as_it_is}
