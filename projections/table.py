"""One table of a projector: a row class, and the two statements that move its rows by the batch.

The fields of the row class are the columns, in that order. What a field is in Python says what it is in PostgreSQL:

    str text · int bigint · bool boolean · datetime timestamptz · Uuid uuid · Annotated[<anything>, JSON] json

any of them `| None`. A column may be narrower in the .sql file (`integer`): PostgreSQL checks it on the way in.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import NoneType
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import astuple

JSON = "json"
Uuid = Annotated[str, "uuid"]

SCALARS: dict[object, str] = {str: "text", int: "bigint", bool: "boolean", datetime: "timestamptz"}

LOAD = "SELECT {columns} FROM {table} WHERE {key} = ANY ($1::{key_type}[])"

STORE = """INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays})
           ON CONFLICT ({key}) DO UPDATE SET {changes}"""

Row = TypeVar("Row", bound=msgspec.Struct)


class Table(Generic[Row]):
    """`key` is the column that finds a row. `settle` works out what follows from the rest of a row, once before it is
    stored, however many facts have changed it.
    """

    def __init__(
        self, name: str, row: type[Row], key: str, settle: Callable[[Row], None] | None = None
    ) -> None:
        self.name = name
        self.key = key
        self._row = row
        self._settle = settle
        kinds = {field: _kind(hint) for field, hint in get_type_hints(row, include_extras=True).items()}
        self._json = {
            place: msgspec.json.Decoder(kind[1]).decode
            for place, kind in enumerate(kinds.values())
            if kind[0] == JSON
        }
        types = {field: kind[0] for field, kind in kinds.items()}
        self.load = LOAD.format(
            # As text, because the keys of facts are text.
            columns=", ".join(f"{name}::text" if sql == "uuid" else name for name, sql in types.items()),
            table=name,
            key=key,
            key_type=types[key],
        )
        self.store = STORE.format(
            table=name,
            columns=", ".join(types),
            arrays=", ".join(f"${place}::{sql}[]" for place, sql in enumerate(types.values(), start=1)),
            key=key,
            changes=", ".join(f"{field} = excluded.{field}" for field in types if field != key),
        )

    def read(self, record: Sequence[Any]) -> Row:
        """The row that `load` found."""
        values = list(record)
        for place, decode in self._json.items():
            values[place] = decode(values[place])
        return self._row(*values)

    def arrays(self, rows: Iterable[Row]) -> list[list[Any]]:
        """The arguments of `store`: one array for each column."""
        if self._settle is not None:
            rows = list(rows)
            for row in rows:
                self._settle(row)
        columns = [list(column) for column in zip(*map(astuple, rows), strict=True)]
        for place in self._json:
            columns[place] = [_ENCODE(value).decode() for value in columns[place]]
        return columns


_ENCODE = msgspec.json.Encoder().encode


def _kind(hint: Any) -> tuple[str, Any]:
    """The column type of a field, and its Python type. Raises KeyError for a field no column can hold."""
    if get_origin(hint) is Annotated:
        python, mark = get_args(hint)[:2]
        return mark, python
    arguments = [each for each in get_args(hint) if each is not NoneType]
    if len(arguments) == 1:
        return _kind(arguments[0])
    return SCALARS[hint], hint
