"""The sums that follow a ledger: what a row of them stands for, and how a batch is added."""

from dataclasses import dataclass

# In the order of the keys: two writers never lock rows crosswise.
ADD = """, {name}_added AS (
             INSERT INTO {name} AS s ({by}, {columns})
             SELECT {values}, {totals} FROM entered {where} GROUP BY {values} ORDER BY {values}
             ON CONFLICT ({by}) DO UPDATE SET {changes} RETURNING {by}, {columns}
         )"""


@dataclass(frozen=True, slots=True)
class Sums:
    """A table with the columns `by`, which are its primary key, and `of`, which add up.

    A column of `by` that is worked out from an entry is given with its expression: `{"hour": "date_trunc(...)"}`.
    Columns of `least` keep the lowest value there was; they are given with the aggregate that finds it in a batch.
    Entries that do not meet the condition `only` are left out.
    """

    name: str
    by: tuple[str, ...]
    of: tuple[str, ...]
    worked_out: tuple[tuple[str, str], ...] = ()
    least: tuple[tuple[str, str], ...] = ()
    only: str | None = None

    @property
    def add(self) -> str:
        """What goes on with a statement that has the common table `entered`."""
        expressions, least = dict(self.worked_out), [column for column, _ in self.least]
        changes = [f"{column} = s.{column} + excluded.{column}" for column in self.of]
        changes += [f"{column} = least(s.{column}, excluded.{column})" for column in least]
        return ADD.format(
            name=self.name,
            by=", ".join(self.by),
            columns=", ".join((*self.of, *least)),
            values=", ".join(expressions.get(column, column) for column in self.by),
            totals=", ".join((*(f"sum({column})" for column in self.of), *(of for _, of in self.least))),
            where=f"WHERE {self.only}" if self.only else "",
            changes=", ".join(changes),
        )
