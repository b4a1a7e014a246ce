"""How many of the rows of a ledger's sums there are of a kind, kept while the sums change.

A count of customers cannot be added up from what each fact has brought: whether a purchase is somebody's first stands
in their row. So the statement that changes the sums also takes each changed row out of the count as it was before, and
puts it in as it is now. What counts is the row as the sums leave it, so the order of facts does not matter here either.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from projections.sums import Sums

# A row is made for whatever an entry names, though nothing may count under it in the end: so which rows there are
# does not depend on how the log was cut into batches.
COUNT = """, {name}_changes AS (
             SELECT {of_entry} AS {by}, {nothing} FROM entered WHERE {entries}
             UNION ALL SELECT {of_row}, {plus} FROM {sums}_added WHERE {known}
             UNION ALL SELECT {of_row}, {minus} FROM {sums} WHERE {known}
                              AND ({key}) IN (SELECT {key} FROM entered)
           ), {name}_added AS (
             INSERT INTO {name} AS s ({by}, {columns})
             SELECT {by}, {totals} FROM {name}_changes GROUP BY {by} ORDER BY {by}
             ON CONFLICT ({by}) DO UPDATE SET {changes}
           )"""


@dataclass(frozen=True, slots=True)
class Census:
    """A table with the column `by`, its primary key, and one count for each of `counts`, which gives the condition on
    a row of `over`.

    A row counts under `of_row`, while that is not null. It must be `of_entry` of one of its entries, those that meet
    the condition `entries`.
    """

    name: str
    over: Sums
    by: str
    of_entry: str
    of_row: str
    entries: str
    counts: Sequence[tuple[str, str]]

    @property
    def count(self) -> str:
        """What goes on with a statement that has the common table `entered`, and the sums' own."""
        columns = [column for column, _ in self.counts]
        return COUNT.format(
            name=self.name,
            by=self.by,
            of_entry=self.of_entry,
            of_row=self.of_row,
            known=f"{self.of_row} IS NOT NULL",
            entries=self.entries,
            sums=self.over.name,
            key=", ".join(self.over.by),
            nothing=", ".join(f"0 AS {column}" for column in columns),
            plus=", ".join(f"({condition})::integer" for _, condition in self.counts),
            minus=", ".join(f"-({condition})::integer" for _, condition in self.counts),
            columns=", ".join(columns),
            totals=", ".join(f"sum({column})" for column in columns),
            changes=", ".join(f"{column} = s.{column} + excluded.{column}" for column in columns),
        )
