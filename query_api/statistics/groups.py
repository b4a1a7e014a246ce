"""What sums can be grouped by: events, venues or ticket types, each in the order of its key, some at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from query_api.conditions import Conditions
from query_api.snapshot import Snapshot
from query_api.statistics.books import GroupBy
from query_api.statistics.filters import Filters
from runtime.http.csv_cells import Cell

EVENTS = """SELECT s.show_id AS key, s.show_id::text AS id, s.name, s.venue_name, s.starts_at
            FROM projections.sales_shows AS s {where} ORDER BY s.show_id LIMIT {limit}"""

# Of a venue without a record the name is all there is; of one with, its own name and not an older copy of a show's.
VENUES = """SELECT DISTINCT ON (s.venue_key) s.venue_key AS key, s.venue_id::text AS id,
                   coalesce(v.name, s.venue_name) AS name
            FROM projections.sales_shows AS s LEFT JOIN projections.sales_venues AS v USING (venue_id)
            {where} ORDER BY s.venue_key, s.show_id LIMIT {limit}"""

# The name is found after the types: every show has a copy of it.
TYPES = """SELECT t.key, t.key::text AS id, (
                      SELECT each->>'name'
                      FROM projections.sales_shows AS named, json_array_elements(ticket_types) AS each
                      WHERE named.show_id = t.show_id AND each->>'ticket_type_id' = t.key::text
                  ) AS name
           FROM (SELECT DISTINCT ON (t.ticket_type_id) t.ticket_type_id AS key, t.show_id
                 FROM projections.sales_of_shows AS t {shows} {where}
                 ORDER BY t.ticket_type_id, t.show_id LIMIT {limit}) AS t ORDER BY t.key"""
ITS_SHOW = "JOIN projections.sales_shows AS s USING (show_id)"
SOLD_BY_SHOW = "s.show_id IN (SELECT show_id FROM projections.sales_of_shows WHERE ticket_type_id = {})"


@dataclass(frozen=True, slots=True)
class Grouping:
    """`shape` is a group in the API's words, `cells` the same for the columns `header` of a CSV file."""

    name: GroupBy
    query: str
    key: str
    shape: Callable[[Any], dict[str, Any]]
    header: tuple[str, ...]
    cells: Callable[[Any], tuple[Cell, ...]]

    async def after(
        self, look: Snapshot, filters: Filters, key: UUID | None, limit: int
    ) -> list[asyncpg.Record]:
        """The next groups from `key` on, itself included, that there may be sales of."""
        asked = Conditions()
        if key is not None:
            asked.add(f"{self.key} >= {{}}", key)
        if filters.event_id is not None:
            asked.add("s.show_id = {}" if self.name != "ticket_type" else "t.show_id = {}", filters.event_id)
        if filters.venue_id is not None:
            asked.add("s.venue_key = {}", filters.venue_id)
        if filters.city is not None:
            asked.add("s.city = ANY ({})", list(filters.cities))
        if filters.ticket_type_id is not None:
            of_type = "t.ticket_type_id = {}" if self.name == "ticket_type" else SOLD_BY_SHOW
            asked.add(of_type, filters.ticket_type_id)
        placed = filters.venue_id is not None or filters.city is not None
        limited = asked.argument(limit)
        query = self.query.format(where=asked.where, limit=limited, shows=ITS_SHOW if placed else "")
        return await look.rows(query, *asked.arguments)


def event_shape(row: Any) -> dict[str, Any]:
    return {"id": row["id"], "name": row["name"], "venue": row["venue_name"], "starts_at": row["starts_at"]}


def named_shape(row: Any) -> dict[str, Any]:
    return {"id": row["id"], "name": row["name"]}


def named_cells(row: Any) -> tuple[Cell, ...]:
    return row["id"], row["name"]


GROUPINGS: dict[GroupBy, Grouping] = {
    "event": Grouping(
        "event", EVENTS, "s.show_id", event_shape, ("event_id", "event", "venue", "starts_at"),
        lambda row: (row["id"], row["name"], row["venue_name"], row["starts_at"]),
    ),
    "venue": Grouping("venue", VENUES, "s.venue_key", named_shape, ("venue_id", "venue"), named_cells),
    "ticket_type": Grouping(
        "ticket_type", TYPES, "t.ticket_type_id", named_shape, ("ticket_type_id", "ticket_type"), named_cells
    ),
}  # fmt: skip
