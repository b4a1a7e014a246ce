"""Full-text search of events: what is found, best first, with its highlights and facets."""

from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.availability.stock_now import at_this_moment
from query_api.documenting import IF_NONE_MATCH, tagged_answers
from query_api.events.event_filters import EventFilters
from query_api.events.event_list import behind
from query_api.events.event_shape import event_text
from query_api.min_position import DOCUMENTED
from query_api.paging import PageAsked, page_asked
from query_api.reading import Read
from query_api.remembered import remembered
from query_api.search.corrections import meant, told
from query_api.search.highlights import highlights
from query_api.search.search_facets import facets_shape
from query_api.search.search_hits import BEST_FIRST, HITS_MAX, Found, find
from query_api.search.search_words import WORDS_MAX
from query_api.sight import Sight, sight_of
from resources.search import FoundEvents
from runtime.folding import words
from runtime.http.access import OPTIONAL
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_bytes
from runtime.http.query_parameters import QueryParameters

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)


def facets_asked(
    facets: Annotated[
        bool, Query(description="false: counts only the `total`, for a box that asks with every letter")
    ] = True,
) -> bool:
    return facets


ASKED = QueryParameters(page_asked, EventFilters, facets_asked)


@hot_route(
    router,
    "GET",
    "/search",
    operation_id="SearchEvents",
    summary="Search events",
    parameters={**ASKED.parameters, **IF_NONE_MATCH},
    response_model=FoundEvents,
    responses=tagged_answers(page=True),
    access=OPTIONAL,
)
async def search_events(request: Request) -> Response:
    """By words in name, venue, city, category and description; the last may be half typed, any may be mistyped.

    Best first: all words in the name, then in name, venue and city, then anywhere; what starts earlier before what
    starts later. `total` and `facets` count everything that is found, not only this page. Of more than 3,000 events
    only the next 3,000 are looked at, and `complete` is false.
    """

    async def page(read: Read) -> Response:
        asked, filters, facets = ASKED.read(request)
        return await found_events(read, filters, asked, sight_of(request), facets=facets)

    return await remembered(request, behind(request), page)


async def found_events(
    read: Read, filters: EventFilters, asked: PageAsked, sight: Sight, *, facets: bool
) -> Response:
    """Words are corrected only where nothing is found as they stand: then some word may begin no known one. Which words
    may be meant instead is told by the statement that has found nothing.
    """
    typed = words(filters.words or "")[:WORDS_MAX]
    wanted = [[word] for word in typed]
    if filters.words and not typed:
        # Signs and blanks only: there is no such word.
        return read.answer(answer(Found([], None, None), asked, [], None, read.now))
    found, corrected = await find(read, filters, asked, sight, wanted, facets=facets), None
    if typed and found.facets is None:
        nearest = meant(typed, found.nearest)
        if nearest != wanted and all(nearest):
            wanted = nearest
            found = await find(read, filters, asked, sight, wanted, facets=facets)
            corrected = told(wanted, found.rows[0]) if found.rows else None
    return read.answer(answer(found, asked, [word for one in wanted for word in one], corrected, read.now))


def answer(
    found: Found, asked: PageAsked, words: list[str], corrected: str | None, now: datetime
) -> dict[str, Any]:
    """The shape of `resources.search.FoundEvents`."""
    page, following = found.rows[: asked.limit], None
    if len(found.rows) > asked.limit:
        following = BEST_FIRST.keyset.cursor(*(page[-1][column] for column in BEST_FIRST.columns))
    total, counted = facets_shape(found.facets)
    return {
        "items": [found_event(row, words, now) for row in page],
        "next": following,
        "total": min(total, HITS_MAX),
        "complete": total <= HITS_MAX,
        "corrected": corrected,
        "facets": counted,
    }


def found_event(row: Any, words: list[str], now: datetime) -> orjson.Fragment:
    """The shape of `resources.search.FoundEvent`: that of an event, and one field more."""
    event = event_text(at_this_moment(row, now))
    shown = json_bytes(highlights(row, words)).decode()
    return orjson.Fragment(f'{event[:-1]},"highlights":{shown}}}')
