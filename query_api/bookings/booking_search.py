"""Bookings by any mix of criteria, newest first.

First the events are found that the criteria leave, then it is asked how many bookings the words lead to. Few are
fetched and sorted; of many, the newest are found by walking through all in order. Left to itself the database would
guess which of the two is cheaper, and with a wrong guess it reads a million rows to show none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from query_api.bookings.booking_filters import BookingFilters
from query_api.bookings.booking_list import Expansion, answer_bookings
from query_api.bookings.booking_matches import matches
from query_api.bookings.booking_shows import shows_left
from query_api.conditions import Condition, Conditions
from query_api.paging import Order, PageAsked
from query_api.reading import Read
from runtime.folding import words
from runtime.http.keyset_columns import moment, uuid
from runtime.problems import Problem

PROJECTORS = ("bookings", "booking_search")

FEW_MAX = 10_000
# A walk through all that are newer than one event's would be longer than to sort these.
FEW_OF_EVENTS_MAX = 100_000
MISTYPED_WORDS_MAX = 8

# A question with every way to mistype a word looks as if half of all bookings met it, so that reading the whole table
# would be cheap. Hardly any does.
BY_INDEX = {"enable_seqscan": "off"}

MATCH = "Seatledger-Match"
MATCH_HEADER = {
    MATCH: {
        "description": "`exact`, or `similar` where nothing has the words as they were given.",
        "schema": {"enum": ["exact", "similar"]},
    }
}

FOUND = Order("bookings found", ("b.created_at", moment), ("b.booking_id", uuid), down=True)
FOUND_ALIKE = Order("bookings much like", ("b.created_at", moment), ("b.booking_id", uuid), down=True)


async def answer_search(
    read: Read, filters: BookingFilters, asked: PageAsked, expand: Expansion = None
) -> Response:
    """The bookings that meet `filters` to the word; where there are none, those that have similar words.

    The cursor says which of the two it came from, so that a list stays what it began as.
    """
    similar = is_of_similar(asked.cursor)
    found = await look(read, filters, similar=similar)
    if found is None and asked.cursor is None and may_be_mistyped(filters):
        similar, found = True, await look(read, filters, similar=True)
    conditions = filters.conditions(read.now)
    if found is None:
        conditions.add("false")
    else:
        add_found(conditions, found)
    answer = await answer_bookings(
        read, conditions, asked, expand=expand, order=FOUND_ALIKE if similar else FOUND
    )
    answer.headers[MATCH] = "similar" if similar else "exact"
    return answer


def is_of_similar(cursor: str | None) -> bool:
    """Whether it is from a list of what is similar. What is no cursor at all is found out by the list."""
    try:
        return FOUND_ALIKE.keyset.place(cursor) is not None
    except Problem:
        return False


def may_be_mistyped(filters: BookingFilters) -> bool:
    """Whether there are words to forgive errors in, and not so many that to try all errors would take long."""
    texts = (filters.q, filters.name, filters.event, filters.venue)
    return 0 < sum(len(words(text)) for text in texts if text) <= MISTYPED_WORDS_MAX


@dataclass(frozen=True, slots=True)
class Found:
    """The events left, None for any; what the row in `booking_search` must be like; whether such rows are `few`."""

    shows: Sequence[UUID] | None
    matches: Sequence[Condition]
    few: bool


COUNT = (
    """SELECT count(*) FROM (SELECT FROM projections.booking_search AS s {where} LIMIT {most}) AS counted"""
)


async def look(read: Read, filters: BookingFilters, *, similar: bool) -> Found | None:
    """None when no booking can meet the criteria."""
    if similar:
        read.settings = BY_INDEX
    shows = filters.sight.within(await shows_left(read, filters, similar=similar))
    if shows is not None and not shows:
        return None
    asked, by_event = await matches(read, filters, similar=similar)
    if not asked:
        return Found(shows, (), few=False)
    if shows is not None:
        asked.append(of_shows("s", shows))
    counted = Conditions()
    counted.add_all(asked)
    few_max = FEW_OF_EVENTS_MAX if by_event else FEW_MAX
    query = COUNT.format(where=counted.where, most=counted.argument(few_max + 1))
    ((count,),) = await read.rows(query, *counted.arguments)
    return Found(shows, asked, few=count <= few_max) if count else None


def of_shows(table: str, shows: Sequence[UUID]) -> Condition:
    """Equality where it can be: then an index of the show's bookings has them in order."""
    if len(shows) == 1:
        return f"{table}.show_id = {{}}", shows[0]
    return f"{table}.show_id = ANY ({{}})", shows


# The array is made first, and each of its bookings fetched by its key.
ONE_OF_FEW = "b.booking_id = ANY (ARRAY(SELECT s.booking_id FROM projections.booking_search AS s {}))"
# OFFSET keeps this what it says: a look at each booking that the walk in order comes by.
ONE_OF_MANY = """EXISTS (SELECT FROM (SELECT * FROM projections.booking_search AS one
                                      WHERE one.booking_id = b.booking_id OFFSET 0) AS s {})"""


def add_found(conditions: Conditions, found: Found) -> None:
    if found.few:
        conditions.add_query(ONE_OF_FEW, found.matches)
        return
    if found.shows is not None:
        conditions.add_all([of_shows("b", found.shows)])
    if found.matches:
        conditions.add_query(ONE_OF_MANY, found.matches)
