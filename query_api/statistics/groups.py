"""What sums can be grouped by: events, venues or ticket types, each in the order of its key, some at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import asyncpg

from query_api.conditions import Conditions
from query_api.snapshot import Snapshot
from query_api.statistics.books import GroupBy
from query_api.statistics.filters import Filters
from resources.sums import event_group, named_group
from runtime.http.csv_cells import Cell

# Keys are looked up one after the other by index in sums, which have what was ever sold, however often, and nothing
# else: most events have sold nothing yet. `its_show` is one show of a group, the first.
PAGE = """WITH RECURSIVE found AS (
              (SELECT t.{column} AS key FROM projections.{table} AS t {where} ORDER BY t.{column} LIMIT 1)
              UNION ALL
              SELECT (SELECT t.{column} FROM projections.{table} AS t WHERE t.{column} > found.key
                      ORDER BY t.{column} LIMIT 1)
              FROM found WHERE found.key IS NOT NULL
          ), page AS (SELECT found.key, {its_show} AS show_id FROM found WHERE found.key IS NOT NULL LIMIT {limit})"""
PAGE_OF_FEW = """WITH page AS (
                     SELECT DISTINCT ON ({key}) {key} AS key, t.show_id
                     FROM projections.sales_of_shows AS t JOIN projections.sales_shows AS s USING (show_id)
                     {where} ORDER BY {key}, t.show_id LIMIT {limit}
                 )"""
SHOW_AT_VENUE = """(SELECT s.show_id FROM projections.sales_shows AS s WHERE s.venue_key = found.key
                    ORDER BY s.starts_at, s.show_id LIMIT 1)"""
SHOW_OF_TYPE = """(SELECT t.show_id FROM projections.sales_of_shows AS t WHERE t.ticket_type_id = found.key
                   ORDER BY t.show_id LIMIT 1)"""

# Names are looked up for the page only.
EVENTS = """SELECT page.key, page.key::text AS id, s.name, s.venue_name, s.starts_at
            FROM page JOIN projections.sales_shows AS s USING (show_id) ORDER BY page.key"""

# Of a venue without a record the name is all there is; of one with, its own name and not an older copy of a show's.
VENUES = """SELECT page.key, s.venue_id::text AS id, coalesce(v.name, s.venue_name) AS name
            FROM page JOIN projections.sales_shows AS s USING (show_id)
            LEFT JOIN projections.sales_venues AS v USING (venue_id) ORDER BY page.key"""

# Every show has a copy of it.
TYPES = """SELECT page.key, page.key::text AS id, (
                      SELECT each->>'name' FROM json_array_elements(s.ticket_types) AS each
                      WHERE each->>'ticket_type_id' = page.key::text
                  ) AS name
           FROM page JOIN projections.sales_shows AS s USING (show_id) ORDER BY page.key"""


@dataclass(frozen=True, slots=True)
class Grouping:
    """`column` tells the groups apart in `table`, which has what was sold of each, and in the one that `of` stands for
    where sums are joined with shows. `named` finds what they are called. `shape` is a group in the API's words, `cells`
    the same for the columns `header` of a CSV file.
    """

    name: GroupBy
    table: str
    column: str
    of: Literal["s", "t"]
    its_show: str
    named: str
    shape: Callable[[Any], dict[str, Any]]
    header: tuple[str, ...]
    cells: Callable[[Any], tuple[Cell, ...]]

    async def after(
        self, look: Snapshot, filters: Filters, key: UUID | None, limit: int
    ) -> list[asyncpg.Record]:
        """The next groups from `key` on, itself included, that there may be sales of."""
        asked = Conditions()
        if filters.event_id is not None:
            asked.add("t.show_id = {}", filters.event_id)
        if filters.venue_id is not None:
            asked.add("s.venue_key = {}", filters.venue_id)
        if filters.city is not None:
            asked.add("s.venue_key = ANY ({})", list(filters.city_venues))
            asked.add("s.city = ANY ({})", list(filters.cities))
        if filters.ticket_type_id is not None:
            asked.add("t.ticket_type_id = {}", filters.ticket_type_id)
        asked.add_all(filters.sight.conditions("t.show_id"))
        filtered = bool(asked.where)
        if key is not None:
            asked.add(f"{self.of if filtered else 't'}.{self.column} >= {{}}", key)
        page = (PAGE_OF_FEW if filtered else PAGE).format(
            key=f"{self.of}.{self.column}",
            column=self.column,
            table=self.table,
            its_show=self.its_show,
            where=asked.where,
            limit=asked.argument(limit),
        )
        return await look.rows(f"{page} {self.named}", *asked.arguments)


def named_cells(row: Any) -> tuple[Cell, ...]:
    return row["id"], row["name"]


GROUPINGS: dict[GroupBy, Grouping] = {
    "event": Grouping(
        "event", "sales_of_shows", "show_id", "t", "found.key", EVENTS,
        event_group, ("event_id", "event", "venue", "starts_at"),
        lambda row: (row["id"], row["name"], row["venue_name"], row["starts_at"]),
    ),
    "venue": Grouping(
        "venue", "sales_of_venues_by_month", "venue_key", "s", SHOW_AT_VENUE, VENUES,
        named_group, ("venue_id", "venue"), named_cells,
    ),
    "ticket_type": Grouping(
        "ticket_type", "sales_of_types_by_month", "ticket_type_id", "t", SHOW_OF_TYPE, TYPES,
        named_group, ("ticket_type_id", "ticket_type"), named_cells,
    ),
}  # fmt: skip
