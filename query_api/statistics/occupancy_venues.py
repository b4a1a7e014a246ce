"""How full venues are, in all or section by section: of a page of them only its shows are looked at."""

from collections.abc import Sequence
from typing import Any

from query_api.snapshot import Snapshot
from query_api.statistics.groups import named_cells
from query_api.statistics.listing import Listing
from query_api.statistics.occupancy_shows import (
    FIGURES,
    SOLD_BY_ALL,
    SOLD_BY_THESE,
    Shows,
    figures,
)
from resources.sums import named_group
from runtime.http.keyset_columns import text, uuid
from runtime.http.pages import Keyset

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


def by_venue(shows: Shows) -> Listing:
    async def read(look: Snapshot, after: Any, limit: int, skip: int) -> Sequence[Any]:
        asked = shows.conditions()
        if after is not None:
            asked.add("s.venue_key > {}", *after)
        query = BY_VENUE.format(
            where=asked.where,
            sold=SOLD_BY_ALL.format(there="venue_key = f.venue_key") if shows.all_there else "f.sold",
            counted="0" if shows.all_there else SOLD_BY_THESE,
            joined="" if shows.all_there else shows.sold(asked),
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
        lambda row: {"venue": named_group(row), **figures(row)},
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
        lambda row: {"venue": named_group(row), "section": row["section"], **figures(row)},
        ("venue_id", "venue", "section", *FIGURES),
        lambda row: (*named_cells(row), row["section"], *figures(row).values()),
    )
