"""A page of events in any of their orders."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.availability.stock_now import at_this_moment, opened_by_time
from query_api.conditions import Conditions
from query_api.events.event_filters import EventFilters
from query_api.events.event_shape import PROJECTORS, event_shape, select
from query_api.paging import Column, Order, PageAsked, page_asked
from query_api.reading import Read
from query_api.search.search_words import tsquery
from query_api.sight import Sight
from runtime.folding import words
from runtime.http.keyset_columns import moment, text, uuid, whole_number
from runtime.http.query_parameters import QueryParameters

Sort = Literal["starts_at", "-starts_at", "name", "-name", "price", "-price", "popularity", "-popularity"]

SORTS: dict[str, tuple[Column, str]] = {
    "starts_at": (("l.starts_at", moment), "l.show_id"),
    "name": (("l.name", text), "l.show_id"),
    "price": (("l.price_from", whole_number), "l.show_id"),
    "popularity": (("a.popularity", whole_number), "a.show_id"),
}
ORDERS = {
    f"{sign}{name}": Order(f"events by {sign}{name}", column, (key, uuid), down=sign == "-")
    for name, (column, key) in SORTS.items()
    for sign in ("", "-")
}


def behind(request: Request) -> tuple[str, ...]:
    """The projectors behind a list of events: words have one of their own."""
    return (*PROJECTORS, "search") if "q" in request.query_params else PROJECTORS


def sort_asked(
    sort: Annotated[Sort, Query(description="The order; a minus turns it round")] = "starts_at",
) -> Sort:
    return sort


LISTED = QueryParameters(page_asked, EventFilters, sort_asked)

# By time, what is on now comes from an index of its own: the past, however long, is never walked through. OFFSET 0
# keeps the planner from walking it all the same in the order of the page, which it takes for the shorter way.
ON_NOW = """(SELECT * FROM projections.listings AS n
             WHERE tstzrange(n.starts_at, n.over_at) @> {0}::timestamptz OFFSET 0) AS l"""
TO_COME = "l.starts_at > {0}"
NOT_OVER = "l.over_at > {}"
WITH_WORDS = "l.show_id IN (SELECT s.show_id FROM projections.search AS s WHERE s.words @@ {}::tsquery)"


# Indexes and narrow rows tell which events are on the page; what is said of them is read by key, for these alone.
# OFFSET 0 keeps the planner from doing it the other way round, whatever it thinks of the size of a page.
KEYS = "SELECT {columns} FROM {tables} {where} ORDER BY {by}"
TOGETHER = "SELECT * FROM (({on_now} LIMIT {most}) UNION ALL ({to_come} LIMIT {most})) AS parts ORDER BY {by}"
PAGE = """WITH page AS MATERIALIZED ({keys} LIMIT {limit} OFFSET {offset})
          SELECT p.{column} AS place, p.show_id::text AS key, e.* FROM page AS p
                 LEFT JOIN LATERAL ({event} WHERE l.show_id = p.show_id OFFSET 0) AS e ON true
          ORDER BY {by}"""
LISTINGS = "projections.listings AS l"
WITH_STOCK = "{listings} JOIN projections.availability AS a USING (show_id)"


async def answer_events(
    read: Read, filters: EventFilters, asked: PageAsked, sort: Sort, sight: Sight
) -> Response:
    """Drafts are for whoever has them in `sight`."""
    opened = [] if filters.available is None else await opened_by_time(read)
    conditions = filters.conditions(read.now, sight, opened)
    if filters.words:
        with_words(conditions, filters.words)
    order = ORDERS[sort]
    place = order.keyset.place(asked.cursor)
    if place is not None:
        conditions.add(order.after, *place)
    query = page_of(conditions, filters, asked, sort, read.now)
    rows = await read.rows(query, *conditions.arguments)
    page, following = rows[: asked.limit], None
    if len(rows) > asked.limit:
        following = order.keyset.cursor(page[-1]["place"], page[-1]["key"])
    # One that is not yet in both tables is not shown yet.
    items = [event_shape(at_this_moment(row, read.now)) for row in page if row["show_id"] is not None]
    return read.answer({"items": items, "next": following})


def page_of(
    conditions: Conditions, filters: EventFilters, asked: PageAsked, sort: Sort, now: datetime
) -> str:
    """The statement that finds the page; one row more than was asked for tells whether there is another one."""
    order, moment = ORDERS[sort], conditions.argument(now)
    tables = WITH_STOCK if filters.available is not None or sort.endswith("popularity") else "{listings}"

    def keys(where: str, listings: str = LISTINGS) -> str:
        return KEYS.format(
            columns=", ".join(order.names), by=order.by, tables=tables.format(listings=listings), where=where
        )

    if not filters.without_past:
        found = keys(conditions.where)
    elif sort in ("starts_at", "-starts_at"):
        # Each by the index that suits it.
        on_now = keys(conditions.where, ON_NOW.format(moment))
        to_come = keys(conditions.where_also(TO_COME.format(moment)))
        most = conditions.argument(asked.skip + asked.limit + 1)
        found = TOGETHER.format(on_now=on_now, to_come=to_come, most=most, by=order.outside())
    else:
        found = keys(conditions.where_also(NOT_OVER.format(moment)))
    return PAGE.format(
        keys=found, limit=conditions.argument(asked.limit + 1), offset=conditions.argument(asked.skip),
        column=order.columns[0], event=select(moment), by=order.outside("p."),
    )  # fmt: skip


def with_words(conditions: Conditions, text: str) -> None:
    """Only what has all these words; of what is no word at all there is nothing."""
    asked = words(text)
    if asked:
        conditions.add(WITH_WORDS, tsquery([[word] for word in asked]))
    else:
        conditions.add("false")
