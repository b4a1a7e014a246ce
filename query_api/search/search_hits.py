"""What a search finds, in one look at the read tables: counted, and a page of it, best first.

However many events have a word, only the next of them are ranked and counted. Few are found by the words. Of many, a
walk through what is not over, in order of time, meets enough soon. The statement takes the way that suits what it
finds, so that its plan need not guess how frequent a word is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from query_api.availability.stock_now import opened_by_time
from query_api.conditions import Conditions
from query_api.events.event_filters import EventFilters
from query_api.events.event_list import NOT_OVER
from query_api.events.event_shape import select
from query_api.paging import Order, PageAsked
from query_api.reading import Read
from query_api.search.corrections import NEAREST, NEAREST_MAX
from query_api.search.search_facets import BANDS, COUNTED, COUNTED_IN_ALL, FACETS
from query_api.search.search_words import Meant, tsquery
from query_api.sight import Sight
from runtime.http.keyset_columns import moment, uuid, whole_number

HITS_MAX = 3_000
"""So many are ranked and counted."""

FEW_MAX = 25_000
"""Where more than these have the words, the walk is the shorter way."""

BEST_FIRST = Order("found events", ("h.miss", whole_number), ("h.starts_at", moment), ("h.show_id", uuid))


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of the page, one more where there is another page. `facets` are JSON, None when nothing was found: then
    `nearest` says what may have been meant, for `corrections`.
    """

    rows: Sequence[Any]
    facets: str | None
    nearest: str | None


# What the page and the facets need of each hit.
HIT = """SELECT {title}l.show_id, l.over_at, l.starts_at, l.city, l.city_key, l.category, l.category_key,
                to_char(l.local_day, 'YYYY-MM') AS month, l.currency, width_bucket(l.price_from, {bands}) AS band
         FROM projections.listings AS l"""
STOCK = "JOIN projections.availability AS a ON a.show_id = l.show_id"

# Whole words in the name first, then beginnings in the name, then name, venue and city together, then anywhere.
MISS = """CASE WHEN n.title @@ {}::tsquery THEN 0 WHEN n.title @@ {}::tsquery THEN 1 WHEN n.title @@ {}::tsquery THEN 2
          ELSE 3 END"""

# The words of the title come along with each row, so that no row is looked up once more to rank it.
# `few` has one row too many if there are many: then the first half finds nothing, else the second. OFFSET 0 keeps the
# planner from turning the walk round.
BY_WORDS = """few AS MATERIALIZED (
                  SELECT s.show_id, s.title FROM projections.search AS s WHERE s.words @@ {words}
                  LIMIT {few_most} + 1),
              next AS MATERIALIZED (
                  ({hit} JOIN few AS s ON s.show_id = l.show_id {stock} {where_few}
                   ORDER BY {nearest} LIMIT {most} + 1)
                  UNION ALL
                  ({hit}
                   CROSS JOIN LATERAL (SELECT w.title FROM projections.search AS w
                                       WHERE w.show_id = l.show_id AND w.words @@ {words} OFFSET 0) AS s
                   {stock} {where_many} ORDER BY {nearest} LIMIT {most} + 1)),
              hits AS MATERIALIZED (SELECT n.*, {miss} AS miss FROM next AS n)"""
FEW = "(SELECT count(*) FROM few) <= {}"
MANY = "(SELECT count(*) FROM few) > {}"
WITHOUT_WORDS = """next AS ({hit} {stock} {where} ORDER BY {nearest} LIMIT {most} + 1),
                   hits AS MATERIALIZED (SELECT n.*, 0 AS miss FROM next AS n)"""

# Of each row of the page, beside the event: what is highlighted in it, and what orders it.
SHOWN = "l.name, l.venue_name, l.city, l.category, l.description, l.starts_at, "

# The facets ride on the first row only; without any row of the page there is one that has nothing else.
FIND = """WITH {hits},
          page AS (SELECT h.* FROM hits AS h {after} ORDER BY {by} LIMIT {limit} OFFSET {offset}),
          counted AS ({counted}),
          facets AS ({facets})
          SELECT (CASE WHEN NOT EXISTS (SELECT 1 FROM hits) THEN ({nearest}) END)::text AS nearest,
                 (CASE WHEN row_number() OVER (ORDER BY h.miss, h.starts_at, h.show_id) = 1
                        AND EXISTS (SELECT 1 FROM hits) THEN (TABLE facets) END)::text AS facets, h.miss, e.*
          FROM (SELECT 1) AS one
          LEFT JOIN (page AS h JOIN LATERAL ({select} WHERE l.show_id = h.show_id OFFSET 0) AS e ON true) ON true
          ORDER BY h.miss, h.starts_at, h.show_id"""


async def find(
    read: Read, filters: EventFilters, asked: PageAsked, sight: Sight, wanted: Meant, *, facets: bool = True
) -> Found:
    """The page that was asked for of what has all of `wanted` and passes `filters`; counted in all without `facets`."""
    opened = [] if filters.available is None else await opened_by_time(read)
    conditions = filters.conditions(read.now, sight, opened)
    nearest = "l.over_at DESC, l.show_id DESC"
    if filters.without_past:
        conditions.add(NOT_OVER, read.now)
        nearest = "l.over_at, l.show_id"
    stock = "" if filters.available is None else STOCK
    hits = hits_of(conditions, wanted, stock, nearest)
    place, after = BEST_FIRST.keyset.place(asked.cursor), ""
    if place is not None:
        after = "WHERE " + BEST_FIRST.after.format(*map(conditions.argument, place))
    words = [word for one in wanted for word in one]
    query = FIND.format(
        nearest=NEAREST.format(most=conditions.argument(NEAREST_MAX), words=conditions.argument(words)),
        hits=hits, after=after, by=BEST_FIRST.by, limit=conditions.argument(asked.limit + 1),
        offset=conditions.argument(asked.skip), counted=COUNTED if facets else COUNTED_IN_ALL, facets=FACETS,
        select=select(conditions.argument(read.now), SHOWN),
    )  # fmt: skip
    rows = await read.rows(query, *conditions.arguments)
    return Found([row for row in rows if row["show_id"] is not None], rows[0]["facets"], rows[0]["nearest"])


def hits_of(conditions: Conditions, wanted: Meant, stock: str, nearest: str) -> str:
    """The part of the statement that finds them."""
    most = f"{conditions.argument(HITS_MAX)}::bigint"
    if not wanted:
        return WITHOUT_WORDS.format(
            hit=HIT.format(title="", bands=BANDS),
            stock=stock,
            where=conditions.where,
            nearest=nearest,
            most=most,
        )
    few_most = f"{conditions.argument(FEW_MAX)}::bigint"
    words = f"{conditions.argument(tsquery(wanted))}::tsquery"
    ranks = (tsquery(wanted, "A", prefix=False), tsquery(wanted, "A"), tsquery(wanted, "AB"))
    return BY_WORDS.format(
        miss=MISS.format(*map(conditions.argument, ranks)), words=words, most=most, stock=stock, nearest=nearest,
        hit=HIT.format(title="s.title, ", bands=BANDS),
        few_most=few_most, where_few=conditions.where_also(FEW.format(few_most)),
        where_many=conditions.where_also(MANY.format(few_most)),
    )  # fmt: skip
