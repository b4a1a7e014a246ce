"""One table of a projector: a row class, and the statements that move its rows by the batch.

Rows travel as one JSON document for the whole batch, in both directions: to the driver that is one value to encode, not
one for each field of each row, which made a batch several times as dear here as in the database. The types of columns
are those of the .sql file; a row class has a field for each of its columns.
"""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import msgspec

LOAD = "SELECT to_json(row)::text FROM {table} AS row WHERE {key} = ANY ($1)"

STORE = """INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1)
           ON CONFLICT ({key}) DO UPDATE SET {changes}"""

REMOVE = "DELETE FROM {table} WHERE {key} = ANY ($1)"

Row = TypeVar("Row", bound=msgspec.Struct)

_ENCODE = msgspec.json.Encoder().encode


class Table(Generic[Row]):
    """`key` is the column that finds a row. `settle` works out what follows from the rest of a row, once before it is
    stored, however many facts have changed it.
    """

    def __init__(
        self, name: str, row: type[Row], key: str, settle: Callable[[Row], None] | None = None
    ) -> None:
        self.name = name
        self.key = key
        self._settle = settle
        self._decode = msgspec.json.Decoder(row).decode
        others = [field for field in row.__struct_fields__ if field != key]
        self.load = LOAD.format(table=name, key=key)
        self.remove = REMOVE.format(table=name, key=key)
        self.store = STORE.format(
            table=name, key=key, changes=", ".join(f"{field} = excluded.{field}" for field in others)
        )

    def read(self, records: Iterable[Any]) -> dict[str, Row]:
        """What `load` found, by key."""
        rows = (self._decode(record[0]) for record in records)
        return {getattr(row, self.key): row for row in rows}

    def written(self, rows: list[Row]) -> str:
        """The argument of `store`."""
        if self._settle is not None:
            for row in rows:
                self._settle(row)
        return _ENCODE(rows).decode()
