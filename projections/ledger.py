"""A table that is only ever added to, and the sums that follow it.

Sums stand across streams, so that a question about all shows reads a few rows and not a million. Still they are no
counters beside the truth: one statement enters a batch into the ledger and adds to the sums only what it has really
entered. So a fact that is applied twice counts once, a sum is at every moment the sum over its ledger, and the order in
which streams come does not matter: what a parked stream has missed is added when it is retried.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec

from projections.census import Census
from projections.sums import Sums
from projections.table import encode

ENTER = """WITH entered AS (
               INSERT INTO {ledger} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{ledger}, $1)
               ON CONFLICT DO NOTHING RETURNING {columns}
           ){sums}
           SELECT count(*) FROM entered"""

# Nothing is to be added up: then nothing need come back.
ENTER_ALONE = """INSERT INTO {ledger} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{ledger}, $1)
                 ON CONFLICT DO NOTHING"""

Entry = TypeVar("Entry", bound=msgspec.Struct)


class Ledger(Generic[Entry]):
    """Rows of `entry`. The primary key, which the .sql file gives, must name the fact that made the row: its position,
    and a number where one fact makes several.
    """

    def __init__(
        self, name: str, entry: type[Entry], sums: Sequence[Sums] = (), censuses: Sequence[Census] = ()
    ) -> None:
        self.name = name
        self._followers = [*(each.name for each in sums), *(each.name for each in censuses)]
        self.enter = (ENTER if sums else ENTER_ALONE).format(
            ledger=name,
            columns=", ".join(entry.__struct_fields__),
            sums="".join((*(each.add for each in sums), *(each.count for each in censuses))),
        )

    @property
    def names(self) -> list[str]:
        """Every table it owns."""
        return [self.name, *self._followers]

    def written(self, entries: Sequence[Any]) -> str:
        """The argument of `enter`."""
        return encode(entries).decode()
