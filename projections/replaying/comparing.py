"""Two tables of one form, the live one and the replayed one, row by row in one statement of one snapshot."""

from dataclasses import dataclass
from typing import Any

import orjson

from projections.applying import Connection
from projections.replaying.scratch import SCRATCH
from projections.schema import HOURS, LIVE, qualified


@dataclass(frozen=True, slots=True)
class Difference:
    """One row. `columns` are those that differ, each with what is live and what the log says; none where the row is in
    one of the two tables only. Where words about people may stand in it, values are None.
    """

    key: dict[str, Any]
    kind: str
    columns: dict[str, tuple[Any, Any] | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many rows there are, how many are in one of them only, and how many differ; and the first `differences`."""

    table: str
    live: int
    replayed: int
    only_live: int
    only_replayed: int
    altered: int
    differences: list[Difference]

    @property
    def differing(self) -> int:
        return self.only_live + self.only_replayed + self.altered


KEY = """SELECT a.attname FROM pg_index AS i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
         JOIN pg_attribute AS a ON a.attnum = k.attnum
         WHERE i.indrelid = $1::text::regclass AND i.indisprimary AND a.attrelid = i.indrelid
               AND k.place <= i.indnkeyatts
         ORDER BY k.place"""

COLUMNS = """SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
             ORDER BY attnum"""

IS_THERE = "SELECT to_regclass($1) IS NOT NULL"

ALL = "SELECT count(*) FROM {table}"

# As text, which every type has, and json has nothing else to be compared by. Our sessions have one time zone.
JOINED = """FROM (SELECT * FROM {live} {until}) AS l FULL JOIN {replayed} AS r ON {same_key}"""

COUNT = """SELECT count(l.{first}) AS live, count(r.{first}) AS replayed,
                  count(*) FILTER (WHERE r.{first} IS NULL) AS only_live,
                  count(*) FILTER (WHERE l.{first} IS NULL) AS only_replayed,
                  count(*) FILTER (WHERE l::text <> r::text) AS altered """

SHOW = """SELECT to_jsonb(l)::text AS live, to_jsonb(r)::text AS replayed,
                 array_remove(ARRAY[{differing}], NULL) AS columns """

WHICH = (
    """ WHERE l.{first} IS NULL OR r.{first} IS NULL OR l::text <> r::text ORDER BY {order} LIMIT {limit}"""
)


async def compare(
    connection: Connection, table: str, shown_max: int, *, until: int | None = None, values: bool = True
) -> Comparison:
    """All rows of `table`, none of which are live where it is gone; or, of a table whose rows stay and have a
    `position`, those up to `until`.
    """
    replayed = qualified(SCRATCH, [table])
    key = [row[0] for row in await connection.fetch(KEY, replayed)]
    columns = [row[0] for row in await connection.fetch(COLUMNS, replayed)]
    if not await connection.fetchval(IS_THERE, qualified(LIVE, [table])):
        missing = await connection.fetchval(ALL.format(table=replayed), timeout=HOURS)
        return Comparison(table, 0, missing, 0, missing, 0, [])
    first = _name(key[0])
    joined = JOINED.format(
        live=qualified(LIVE, [table]),
        replayed=replayed,
        until="" if until is None else f"WHERE position <= {until:d}",
        same_key=" AND ".join(f"l.{name} = r.{name}" for name in map(_name, key)),
    )
    (counts,) = await connection.fetch(COUNT.format(first=first) + joined, timeout=HOURS)
    found = Comparison(table, **counts, differences=[])
    if not found.differing or not shown_max:
        return found
    which = WHICH.format(
        first=first,
        order=", ".join(f"coalesce(l.{name}, r.{name})" for name in map(_name, key)),
        limit=shown_max,
    )
    differing = ", ".join(
        f"CASE WHEN l.{name}::text IS DISTINCT FROM r.{name}::text THEN '{name}' END" for name in columns
    )
    rows = await connection.fetch(SHOW.format(differing=differing) + joined + which, timeout=HOURS)
    found.differences.extend(_difference(row, key, values=values) for row in rows)
    return found


def _name(column: str) -> str:
    return f'"{column}"'


def _difference(row: Any, key: list[str], *, values: bool) -> Difference:
    live, replayed = (orjson.loads(side or "null") for side in (row["live"], row["replayed"]))
    names = {name: (live or replayed)[name] for name in key}
    if not live or not replayed:
        return Difference(names, "only live" if live else "only replayed", {})
    columns = {name: (live[name], replayed[name]) if values else None for name in row["columns"]}
    return Difference(names, "altered", columns)
