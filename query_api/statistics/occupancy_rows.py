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

    @property
    def all_there(self) -> bool:
        """Every show counts of a venue that does."""
        return self.begin is None and self.end is None and self.event_id is None

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

# What all of them sold is in the sums of venues, together with what those sold that do not count: they are few.
SOLD_BY_ALL = """(coalesce((SELECT sum(t.tickets_sold) - sum(t.tickets_returned)
                            FROM projections.sales_of_venues_by_month AS t {venue}), 0)
                  - coalesce((SELECT sum(t.tickets) FROM projections.sales_shows AS s
                              JOIN projections.sales_of_shows AS t USING (show_id)
                              {where} s.status NOT IN ('on_sale', 'closed')), 0))::bigint"""

IN_ALL = """SELECT count(*) AS events, coalesce(sum(s.capacity), 0)::bigint AS capacity, {sold} AS sold
            FROM projections.sales_shows AS s {joined} {where}"""
SOLD_BY_THESE = "coalesce(sum(t.sold), 0)::bigint"

# The venues of one page, looked up one after the other by index, until they have the rows that are wanted: that is at
# least `each` for a venue, and `first` for the one that a page goes on with.
VENUES = """WITH RECURSIVE page AS (
                (SELECT s.venue_key, {first}::bigint AS found FROM projections.sales_shows AS s {where}
                 ORDER BY s.venue_key LIMIT 1)
                UNION ALL
                SELECT following.venue_key, page.found + following.found
                FROM page CROSS JOIN LATERAL (
                    SELECT s.venue_key, {each}::bigint AS found FROM projections.sales_shows AS s
                    {where} AND s.venue_key > page.venue_key ORDER BY s.venue_key LIMIT 1
                ) AS following WHERE page.found < {wanted}
            )"""
ON_PAGE = "s.venue_key = ANY (ARRAY(SELECT venue_key FROM page))"

# Names are looked up last, for what is on the page.
NAMED = """CROSS JOIN LATERAL (SELECT s.venue_id, s.venue_name FROM projections.sales_shows AS s
                               WHERE s.venue_key = f.venue_key ORDER BY s.starts_at, s.show_id LIMIT 1) AS n
           LEFT JOIN projections.sales_venues AS v USING (venue_id)"""
NAME = "n.venue_id::text AS id, coalesce(v.name, n.venue_name) AS name"

OF_VENUE = SOLD_BY_ALL.format(
    venue="WHERE t.venue_key = f.venue_key", where="WHERE s.venue_key = f.venue_key AND"
)

BY_VENUE = f"""{VENUES} SELECT f.venue_key, f.events, f.capacity, {{sold}} AS sold, {NAME} FROM (
                   SELECT s.venue_key, count(*) AS events, sum(s.capacity)::bigint AS capacity, {{counted}} AS sold
                   FROM projections.sales_shows AS s {{joined}} {{where}} AND {ON_PAGE}
                   GROUP BY s.venue_key ORDER BY s.venue_key LIMIT {{limit}} OFFSET {{skip}}
               ) AS f {NAMED} ORDER BY f.venue_key"""  # noqa: S608 - our own columns

# Most shows of a venue have the same plan: they are counted before its sections are taken apart. Whether a section is
# in the plan is looked up for those shows alone that sold something.
BY_SECTION = f"""{VENUES}, plans AS (
                     SELECT s.venue_key, s.part_names, s.part_capacities, count(*) AS events
                     FROM projections.sales_shows AS s {{where}} AND {ON_PAGE}
                     GROUP BY s.venue_key, s.part_names, s.part_capacities
                 ), sections AS (
                     SELECT p.venue_key, part.section, sum(p.events)::bigint AS events,
                            sum(p.events * part.capacity)::bigint AS capacity
                     FROM plans AS p CROSS JOIN unnest(p.part_names, p.part_capacities) AS part (section, capacity)
                     {{behind}} GROUP BY p.venue_key, part.section
                     ORDER BY p.venue_key, part.section LIMIT {{limit}} OFFSET {{skip}}
                 ), sold AS (
                     SELECT k.venue_key, t.part AS section, sum(t.tickets)::bigint AS sold
                     FROM (SELECT s.venue_key, s.show_id FROM projections.sales_shows AS s {{where}} AND {ON_PAGE}) AS k
                     JOIN projections.sales_of_shows AS t USING (show_id)
                     CROSS JOIN LATERAL (SELECT 1 FROM projections.sales_shows AS s
                                         WHERE s.show_id = t.show_id AND t.part = ANY (s.part_names) OFFSET 0) AS s
                     GROUP BY k.venue_key, t.part
                 )
                 SELECT f.*, coalesce(t.sold, 0) AS sold, {NAME}
                 FROM sections AS f LEFT JOIN sold AS t USING (venue_key, section) {NAMED}
                 ORDER BY f.venue_key, f.section"""  # noqa: S608 - our own columns


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
        query = BY_VENUE.format(
            where=asked.where,
            sold=OF_VENUE if shows.all_there else "f.sold",
            counted="0" if shows.all_there else SOLD_BY_THESE,
            joined="" if shows.all_there else SOLD,
            first=1,
            each=1,
            wanted=asked.argument(limit + skip),
            limit=asked.argument(limit),
            skip=asked.argument(skip),
        )
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
        asked, behind = shows.conditions(), ""
        if after is not None:
            asked.add("s.venue_key >= {}", after[0])
            places = ", ".join(asked.argument(each) for each in after)
            behind = f"WHERE (p.venue_key, part.section) > ({places})"
        query = BY_SECTION.format(
            where=asked.where,
            first="cardinality(s.part_names)" if after is None else 0,
            each="cardinality(s.part_names)",
            wanted=asked.argument(limit + skip),
            behind=behind,
            limit=asked.argument(limit),
            skip=asked.argument(skip),
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
    sold, joined = SOLD_BY_THESE, SOLD
    if shows.all_there:
        venue = "" if shows.venue_id is None else "venue_key = $1"
        sold, joined = (
            SOLD_BY_ALL.format(
                venue=venue and f"WHERE t.{venue}", where=f"WHERE s.{venue} AND" if venue else "WHERE"
            ),
            "",
        )
    query = IN_ALL.format(sold=sold, joined=joined, where=asked.where)
    (row,) = await look.rows(query, *asked.arguments)
    return figures(row)


def figures(row: Any) -> dict[str, Any]:
    """In the order of `FIGURES`."""
    return {"events": row["events"], **occupancy_shape(row["capacity"], row["sold"])}
