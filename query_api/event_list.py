"""A page of events in any of their orders."""

from typing import Annotated, Literal

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.conditions import Conditions
from query_api.event_filters import EventFilters
from query_api.event_shape import PROJECTORS, SELECT, event_shape
from query_api.paging import Column, Order, PageAsked, answer_page, page_asked
from query_api.reading import Read
from query_api.search_words import tsquery
from query_api.stock_now import all_at_this_moment, opened_by_time
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

# By time, what is on now comes from an index of its own: the past, however long, is never walked through.
ON_NOW = "tstzrange(l.starts_at, l.over_at) @> {0}::timestamptz"
TO_COME = "l.starts_at > {0}"
NOT_OVER = "l.over_at > {}"
WITH_WORDS = "l.show_id IN (SELECT s.show_id FROM projections.search AS s WHERE s.words @@ {}::tsquery)"


async def answer_events(
    read: Read, filters: EventFilters, asked: PageAsked, sort: Sort, staff: bool
) -> Response:
    """Drafts are for staff only."""
    opened = [] if filters.available is None else await opened_by_time(read)
    conditions = filters.conditions(read.now, staff, opened)
    if filters.words:
        with_words(conditions, filters.words)
    apart: tuple[str, ...] = ()
    if filters.without_past and sort in ("starts_at", "-starts_at"):
        now = conditions.argument(read.now)
        apart = (ON_NOW.format(now), TO_COME.format(now))
    elif filters.without_past:
        conditions.add(NOT_OVER, read.now)
    return await answer_page(
        read,
        SELECT,
        conditions,
        ORDERS[sort],
        asked=asked,
        shape=event_shape,
        apart=apart,
        amend=all_at_this_moment,
    )


def with_words(conditions: Conditions, text: str) -> None:
    """Only what has all these words; of what is no word at all there is nothing."""
    asked = words(text)
    if asked:
        conditions.add(WITH_WORDS, tsquery([[word] for word in asked]))
    else:
        conditions.add("false")
