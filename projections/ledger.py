"""A table that is only ever added to, and the sums that follow it.

Sums stand across streams, so that a question about all shows reads a few rows and not a million. Still they are no
counters beside the truth: one statement enters a batch into the ledger and adds to the sums only what it has really
entered. So a fact that is applied twice counts once, a sum is at every moment the sum over its ledger, and the order in
which streams come does not matter: what a parked stream has missed is added when it is retried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from projections.table import encode

ENTER = """WITH entered AS (
               INSERT INTO {ledger} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{ledger}, $1)
               ON CONFLICT DO NOTHING RETURNING {columns}
           ){sums}
           SELECT count(*) FROM entered"""

# Nothing is to be added up: then nothing need come back.
ENTER_ALONE = """INSERT INTO {ledger} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{ledger}, $1)
                 ON CONFLICT DO NOTHING"""

# In the order of the keys: two writers never lock rows crosswise.
ADD = """, {name}_added AS (
             INSERT INTO {name} AS s ({by}, {of})
             SELECT {values}, {totals} FROM entered GROUP BY {values} ORDER BY {values}
             ON CONFLICT ({by}) DO UPDATE SET {changes}
         )"""

Entry = TypeVar("Entry", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Sums:
    """A table with the columns `by`, which are its primary key, and `of`, which add up.

    A column of `by` that is worked out from an entry is given with its expression: `{"hour": "date_trunc(...)"}`.
    """

    name: str
    by: tuple[str, ...]
    of: tuple[str, ...]
    worked_out: tuple[tuple[str, str], ...] = ()

    @property
    def add(self) -> str:
        expressions = dict(self.worked_out)
        return ADD.format(
            name=self.name,
            by=", ".join(self.by),
            of=", ".join(self.of),
            values=", ".join(expressions.get(column, column) for column in self.by),
            totals=", ".join(f"sum({column})" for column in self.of),
            changes=", ".join(f"{column} = s.{column} + excluded.{column}" for column in self.of),
        )


class Ledger(Generic[Entry]):
    """Rows of `entry`. The primary key, which the .sql file gives, must name the fact that made the row: its position,
    and a number where one fact makes several.
    """

    def __init__(self, name: str, entry: type[Entry], sums: Sequence[Sums] = ()) -> None:
        self.name = name
        self._sums = tuple(sums)
        self.enter = (ENTER if sums else ENTER_ALONE).format(
            ledger=name,
            columns=", ".join(entry.__struct_fields__),
            sums="".join(each.add for each in self._sums),
        )

    @property
    def names(self) -> list[str]:
        """Every table it owns."""
        return [self.name, *(each.name for each in self._sums)]

    def written(self, entries: Sequence[Any]) -> str:
        """The argument of `enter`."""
        return encode(entries).decode()
