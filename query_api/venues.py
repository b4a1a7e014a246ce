"""Venues: list, one, and what is on there."""

from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.conditions import Conditions
from query_api.documenting import IF_NONE_MATCH, read_answers, tagged_answers
from query_api.min_position import DOCUMENTED
from query_api.paging import Order, answer_page, page_asked
from query_api.problems import VENUE_NOT_FOUND
from query_api.reading import PointRead, Read, begin, path_id
from query_api.remembered import remembered
from query_api.sight import sight_of
from query_api.venue_shape import SELECT, venue_shape
from resources.venue import Venue
from runtime.http.access import OPTIONAL, PUBLIC
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_bytes
from runtime.http.keyset_columns import text, uuid
from runtime.http.pages import Page
from runtime.http.query_parameters import QueryParameters

router = APIRouter(prefix="/api/v1/venues", tags=["venues"], dependencies=DOCUMENTED)

BY_NAME = Order("venues by name", ("v.name", text), ("v.venue_id", uuid))


def mine_asked(
    mine: Annotated[
        bool, Query(description="true: only an organizer's own; of anybody else there is nothing")
    ] = False,
) -> bool:
    return mine


LISTED = QueryParameters(page_asked, mine_asked)


@hot_route(
    router,
    "GET",
    "",
    operation_id="ListVenues",
    summary="All venues",
    parameters={**LISTED.parameters, **IF_NONE_MATCH},
    response_model=Page[Venue],
    responses=tagged_answers(page=True),
    access=OPTIONAL,
)
async def list_venues(request: Request) -> Response:
    """Ordered by name, the closed ones included."""

    async def page(read: Read) -> Response:
        asked, mine = LISTED.read(request)
        conditions = Conditions()
        if mine:
            conditions.add_all([sight_of(request).own("v.owner_id")])
        return await answer_page(read, SELECT, conditions, BY_NAME, asked=asked, shape=venue_shape)

    return await remembered(request, ("venues",), page)


def one_venue(row: Any, _now: datetime) -> orjson.Fragment:
    return orjson.Fragment(json_bytes(venue_shape(row)))


GET_VENUE = PointRead(f"{SELECT} WHERE venue_id = ANY ($1)", "venue_id", one_venue)


@hot_route(
    router,
    "GET",
    "/{venue_id}",
    operation_id="GetVenue",
    summary="One venue",
    response_model=Venue,
    responses=read_answers(VENUE_NOT_FOUND),
    access=PUBLIC,
)
async def get_venue(request: Request) -> Response:
    """With its seating plan."""
    read = await begin(request, "venues")
    venue_id = path_id(request, "venue_id", VENUE_NOT_FOUND)
    return read.answer(await read.found(VENUE_NOT_FOUND, GET_VENUE, venue_id))
