"""One table of a projector: a row class, and the statements that move its rows by the batch.

Rows travel as one JSON document for the whole batch, in both directions: to the driver that is one value to encode, not
one for each field of each row, which made a batch several times as dear here as in the database. The types of columns
are those of the .sql file; a row class has a field for each of its columns but generated ones.

A version is kept as the text that the row was stored from, and goes through the database unread.
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import msgspec

LOAD = "SELECT {number}, to_json(row)::text FROM {table} AS row WHERE {key} = ANY (${number})"

ABOUT = "SELECT {number}, to_json(row)::text FROM {table} AS row WHERE {people} && ${number}"

STORE = """INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1)
           ON CONFLICT ({key}) DO {changes}"""

REMOVE = "DELETE FROM {table} WHERE {key} = ANY ($1)"

# Applied a second time, a fact leaves the version it left before.
KEEP = """INSERT INTO {versions} ({key}, position, recorded_at, row)
          SELECT key::uuid, position, recorded_at, row
          FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::text[])
                   AS kept (key, position, recorded_at, row)
          ON CONFLICT DO NOTHING"""

Row = TypeVar("Row", bound=msgspec.Struct)

encode = msgspec.json.Encoder().encode


class Table(Generic[Row]):
    """`key` is the column that finds a row. `settle` works out what follows from the rest of a row, once before it is
    stored, however many facts have changed it.

    `versions` names a second table that keeps the row as each fact has left it, for reads as of any moment: its columns
    are the key, a uuid, `position`, `recorded_at` and `row`, JSON as text, which is null where the fact has removed it.

    `people` is a column with the persons that a row is about, an array of uuids.
    """

    def __init__(
        self,
        name: str,
        row: type[Row],
        key: str,
        settle: Callable[[Row], None] | None = None,
        *,
        versions: str | None = None,
        people: str | None = None,
    ) -> None:
        self.name = name
        self.key = key
        self.versions = versions
        self._people = people
        self._settle = settle
        self._decode = msgspec.json.Decoder(row).decode
        fields = row.__struct_fields__
        others = [f"{field} = excluded.{field}" for field in fields if field != key]
        self.remove = REMOVE.format(table=name, key=key)
        self.store = STORE.format(
            table=name,
            key=key,
            columns=", ".join(fields),
            changes=f"UPDATE SET {', '.join(others)}" if others else "NOTHING",
        )
        self.keep = KEEP.format(versions=versions, key=key)

    @property
    def names(self) -> list[str]:
        """Every table it owns."""
        return [self.name] if self.versions is None else [self.name, self.versions]

    def load(self, number: int) -> str:
        """What finds the rows whose keys are the argument of this number, each with that number. Those of several
        tables make one statement, with UNION ALL between them.
        """
        return LOAD.format(table=self.name, key=self.key, number=number)

    def load_about(self, number: int) -> str:
        """The same of the rows about the persons that are the argument of this number."""
        return ABOUT.format(table=self.name, people=self._people, number=number)

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

    def version(self, row: Row) -> str:
        """The row as it stands now."""
        if self._settle is not None:
            self._settle(row)
        return encode(row).decode()
