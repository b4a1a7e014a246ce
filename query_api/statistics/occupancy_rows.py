"""How full events are: each, or those of a venue together, in all or section by section.

Events on sale and those closed count; a draft is not there yet, and of what was called off nothing is full.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from query_api.conditions import Conditions
from query_api.snapshot import Snapshot
from query_api.statistics.groups import event_shape, named_cells, named_shape
from query_api.statistics.listing import Listing
from query_api.statistics.shapes import occupancy_shape
from runtime.http.keyset_columns import moment, text, uuid
from runtime.http.pages import Keyset

OccupancyBy = Literal["event", "venue", "section"]
FIGURES = ("events", "capacity", "sold", "occupancy")


@dataclass(frozen=True, slots=True)
class Shows:
    """Which shows: those that start from `begin` to before `end`, at a venue, or one."""

    begin: datetime | None = None
    end: datetime | None = None
    venue_id: UUID | None = None
    event_id: UUID | None = None

    def conditions(self) -> Conditions:
        found = Conditions()
        found.add("s.status IN ('on_sale', 'closed')")
        if self.begin is not None:
            found.add("s.starts_at >= {}", self.begin)
        if self.end is not None:
            found.add("s.starts_at < {}", self.end)
        if self.venue_id is not None:
            found.add("s.venue_key = {}", self.venue_id)
        if self.event_id is not None:
            found.add("s.show_id = {}", self.event_id)
        return found


BY_EVENT = """SELECT s.show_id::text AS id, s.name, s.venue_name, s.starts_at, 1 AS events, s.capacity,
                     coalesce((SELECT sum(t.tickets) FROM projections.sales_of_shows AS t
                               WHERE t.show_id = s.show_id), 0)::bigint AS sold
              FROM projections.sales_shows AS s {where}
              ORDER BY s.starts_at, s.show_id LIMIT {limit} OFFSET {skip}"""

# Over many shows the sums are added up in one pass, which costs less than to look for each show's own.
SOLD = """LEFT JOIN (SELECT show_id, sum(tickets) AS sold FROM projections.sales_of_shows GROUP BY show_id) AS t
          USING (show_id)"""

IN_ALL = f"""SELECT count(*) AS events, coalesce(sum(s.capacity), 0)::bigint AS capacity,
                    coalesce(sum(t.sold), 0)::bigint AS sold
             FROM projections.sales_shows AS s {SOLD} {{where}}"""  # noqa: S608 - our own columns

BY_VENUE = f"""SELECT s.venue_key, max(s.venue_id::text) AS id, coalesce(max(v.name), max(s.venue_name)) AS name,
                      count(*) AS events, sum(s.capacity)::bigint AS capacity, coalesce(sum(t.sold), 0)::bigint AS sold
               FROM projections.sales_shows AS s {SOLD} LEFT JOIN projections.sales_venues AS v USING (venue_id)
               {{where}} GROUP BY s.venue_key ORDER BY s.venue_key
               LIMIT {{limit}} OFFSET {{skip}}"""  # noqa: S608 - our own columns

BY_SECTION = """SELECT s.venue_key, max(s.venue_id::text) AS id, coalesce(max(v.name), max(s.venue_name)) AS name,
                       part.section, count(*) AS events, sum(part.capacity)::bigint AS capacity,
                       coalesce(sum(t.sold), 0)::bigint AS sold
                FROM projections.sales_shows AS s LEFT JOIN projections.sales_venues AS v USING (venue_id)
                CROSS JOIN unnest(s.part_names, s.part_capacities) AS part (section, capacity)
                LEFT JOIN (SELECT show_id, part, sum(tickets) AS sold FROM projections.sales_of_shows
                           GROUP BY show_id, part) AS t ON t.show_id = s.show_id AND t.part = part.section
                {where} GROUP BY s.venue_key, part.section {having}
                ORDER BY s.venue_key, part.section LIMIT {limit} OFFSET {skip}"""


def by_event(shows: Shows) -> Listing:
    """In the order of their starts."""

    async def read(look: Snapshot, after: Any, limit: int, skip: int) -> Sequence[Any]:
        asked = shows.conditions()
        if after is not None:
            asked.add("(s.starts_at, s.show_id) > ({}, {})", *after)
        query = BY_EVENT.format(where=asked.where, limit=asked.argument(limit), skip=asked.argument(skip))
        return await look.rows(query, *asked.arguments)

    return Listing(
        Keyset("occupancy by event", (moment, uuid)),
        read,
        lambda row: (row["starts_at"], row["id"]),
        lambda row: {"event": event_shape(row), **figures(row)},
        ("event_id", "event", "venue", "starts_at", *FIGURES),
        lambda row: (row["id"], row["name"], row["venue_name"], row["starts_at"], *figures(row).values()),
    )


def by_venue(shows: Shows) -> Listing:
    async def read(look: Snapshot, after: Any, limit: int, skip: int) -> Sequence[Any]:
        asked = shows.conditions()
        if after is not None:
            asked.add("s.venue_key > {}", *after)
        query = BY_VENUE.format(where=asked.where, limit=asked.argument(limit), skip=asked.argument(skip))
        return await look.rows(query, *asked.arguments)

    return Listing(
        Keyset("occupancy by venue", (uuid,)),
        read,
        lambda row: (str(row["venue_key"]),),
        lambda row: {"venue": named_shape(row), **figures(row)},
        ("venue_id", "venue", *FIGURES),
        lambda row: (*named_cells(row), *figures(row).values()),
    )


def by_section(shows: Shows) -> Listing:
    """Sections and areas of one name at one venue together."""

    async def read(look: Snapshot, after: Any, limit: int, skip: int) -> Sequence[Any]:
        asked, having = shows.conditions(), ""
        if after is not None:
            asked.add("s.venue_key >= {}", after[0])
            places = ", ".join(asked.argument(each) for each in after)
            having = f"HAVING (s.venue_key, part.section) > ({places})"
        query = BY_SECTION.format(
            where=asked.where, having=having, limit=asked.argument(limit), skip=asked.argument(skip)
        )
        return await look.rows(query, *asked.arguments)

    return Listing(
        Keyset("occupancy by section", (uuid, text)),
        read,
        lambda row: (str(row["venue_key"]), row["section"]),
        lambda row: {"venue": named_shape(row), "section": row["section"], **figures(row)},
        ("venue_id", "venue", "section", *FIGURES),
        lambda row: (*named_cells(row), row["section"], *figures(row).values()),
    )


LISTINGS: dict[OccupancyBy, Callable[[Shows], Listing]] = {
    "event": by_event,
    "venue": by_venue,
    "section": by_section,
}


async def in_all(look: Snapshot, shows: Shows) -> dict[str, Any]:
    """All of them together."""
    asked = shows.conditions()
    (row,) = await look.rows(IN_ALL.format(where=asked.where), *asked.arguments)
    return figures(row)


def figures(row: Any) -> dict[str, Any]:
    """In the order of `FIGURES`."""
    return {"events": row["events"], **occupancy_shape(row["capacity"], row["sold"])}
