"""Full-text search of events: what is found, best first, with its highlights and facets."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import is_staff
from query_api.corrections import meant
from query_api.documenting import list_answers
from query_api.event_filters import EventFilters, event_filters
from query_api.event_list import NOT_OVER, behind
from query_api.event_shape import SELECT, event_shape
from query_api.highlights import highlights
from query_api.min_position import DOCUMENTED
from query_api.paging import Order, PageAsked, page_asked
from query_api.reading import Read
from query_api.remembered import remembered
from query_api.search_facets import BANDS, COUNTED, FACETS, facets_shape
from query_api.search_words import WORDS_MAX, tsquery
from resources.search import FoundEvents
from runtime.folding import words
from runtime.http.hot_route import hot_route
from runtime.http.keyset_columns import moment, uuid, whole_number
from runtime.http.openapi import PUBLIC
from runtime.http.query_parameters import QueryParameters

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)

ASKED = QueryParameters(page_asked, event_filters)
BEST_FIRST = Order("found events", ("h.miss", whole_number), ("h.starts_at", moment), ("h.show_id", uuid))

Found = tuple[list[Any], str | None]
"""Rows of the page, and the facets as JSON."""


@hot_route(
    router,
    "GET",
    "/search",
    operation_id="SearchEvents",
    summary="Search events",
    parameters=ASKED.parameters,
    response_model=FoundEvents,
    responses=list_answers(),
    openapi_extra=PUBLIC,
)
async def search_events(request: Request) -> Response:
    """By words in name, venue, city, category and description; the last may be half typed, any may be mistyped.

    Best first: all words in the name, then in name, venue and city, then anywhere; what starts earlier before what
    starts later. `total` and `facets` count everything that is found, not only this page.
    """

    async def page(read: Read) -> Response:
        asked, filters = ASKED.read(request)
        return await found_events(read, filters, asked, is_staff(request))

    return await remembered(request, behind(request), page)


async def found_events(read: Read, filters: EventFilters, asked: PageAsked, staff: bool) -> Response:
    """Words are corrected only where nothing is found as they stand: then some word may begin no known one."""
    typed = words(filters.words or "")[:WORDS_MAX]
    wanted = [[word] for word in typed]
    if filters.words and not typed:
        # Signs and blanks only: there is no such word.
        return read.answer(answer([], None, asked, [], None))
    rows, facets = await find(read, filters, asked, staff, wanted)
    corrected = None
    if typed and facets_shape(facets)[0] == 0:
        nearest = await meant(read, typed)
        if nearest != wanted and all(nearest):
            wanted, corrected = nearest, " ".join(one[0] for one in nearest)
            rows, facets = await find(read, filters, asked, staff, wanted)
    return read.answer(answer(rows, facets, asked, [word for one in wanted for word in one], corrected))


def answer(
    rows: list[Any], facets: str | None, asked: PageAsked, words: list[str], corrected: str | None
) -> dict[str, Any]:
    """The shape of `resources.search.FoundEvents`."""
    page, following = rows[: asked.limit], None
    if len(rows) > asked.limit:
        following = BEST_FIRST.keyset.cursor(*(page[-1][column] for column in BEST_FIRST.columns))
    events = [event_shape(row) for row in page]
    total, counted = facets_shape(facets)
    return {
        "items": [{**event, "highlights": highlights(event, words)} for event in events],
        "next": following,
        "total": total,
        "corrected": corrected,
        "facets": counted,
    }


# One look for everything: what is found, counted, and a page of it. The facets ride on the first row only; without any
# row of the page there is one that has nothing else.
FIND = """WITH hits AS MATERIALIZED (
              SELECT l.show_id, l.starts_at, {miss} AS miss, l.city, l.city_key, l.category, l.category_key,
                     to_char(l.local_day, 'YYYY-MM') AS month, l.currency, width_bucket(l.price_from, {bands}) AS band
              FROM {tables} {where}),
          page AS (SELECT h.* FROM hits AS h {after} ORDER BY {by} LIMIT {limit} OFFSET {offset}),
          counted AS ({counted}),
          facets AS ({facets})
          SELECT (CASE WHEN row_number() OVER (ORDER BY h.miss, h.starts_at, h.show_id) = 1
                       THEN (TABLE facets) END)::text AS facets, h.miss, e.*
          FROM (SELECT 1) AS one
          LEFT JOIN (page AS h JOIN LATERAL ({select} WHERE l.show_id = h.show_id) AS e ON true) ON true
          ORDER BY h.miss, h.starts_at, h.show_id"""
MISS = """CASE WHEN s.words @@ {}::tsquery THEN 0 WHEN s.words @@ {}::tsquery THEN 1 WHEN s.words @@ {}::tsquery THEN 2
          ELSE 3 END"""


async def find(
    read: Read, filters: EventFilters, asked: PageAsked, staff: bool, wanted: list[list[str]]
) -> Found:
    """A row more than the page asks for, where there is one."""
    conditions = filters.conditions(read.now, staff)
    if filters.without_past:
        conditions.add(NOT_OVER, read.now)
    tables, miss = "projections.listings AS l", "0"
    if wanted:
        tables = f"projections.search AS s JOIN {tables} USING (show_id)"
        conditions.add("s.words @@ {}::tsquery", tsquery(wanted))
        ranks = (tsquery(wanted, "A", prefix=False), tsquery(wanted, "A"), tsquery(wanted, "AB"))
        miss = MISS.format(*map(conditions.argument, ranks))
    if filters.available is not None:
        tables = f"{tables} JOIN projections.availability AS a ON a.show_id = l.show_id"
    place, after = BEST_FIRST.keyset.place(asked.cursor), ""
    if place is not None:
        after = "WHERE " + BEST_FIRST.after.format(*map(conditions.argument, place))
    query = FIND.format(
        miss=miss, bands=BANDS, tables=tables, where=conditions.where, after=after, by=BEST_FIRST.by,
        limit=conditions.argument(asked.limit + 1), offset=conditions.argument(asked.skip),
        counted=COUNTED, facets=FACETS, select=SELECT,
    )  # fmt: skip
    rows = await read.rows(query, *conditions.arguments)
    return [row for row in rows if row["show_id"] is not None], rows[0]["facets"]
