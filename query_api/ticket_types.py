"""The catalogue of ticket types: list and one."""

from datetime import datetime
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.conditions import Conditions
from query_api.documenting import IF_NONE_MATCH, read_answers, tagged_answers
from query_api.min_position import DOCUMENTED
from query_api.paging import Order, answer_page, page_asked
from query_api.problems import TICKET_TYPE_NOT_FOUND
from query_api.reading import PointRead, Read, begin, path_id
from query_api.remembered import remembered
from query_api.sight import sight_of
from query_api.venues import mine_asked
from resources.ticket_type import TicketType
from runtime.http.access import OPTIONAL, PUBLIC
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_bytes
from runtime.http.keyset_columns import text, uuid
from runtime.http.pages import Page
from runtime.http.query_parameters import QueryParameters

router = APIRouter(prefix="/api/v1/ticket-types", tags=["ticket types"], dependencies=DOCUMENTED)

BY_NAME = Order("ticket types by name", ("t.name", text), ("t.ticket_type_id", uuid))

LIST_TICKET_TYPES = """SELECT ticket_type_id::text, name, price, currency, description, status, created_at
                       FROM projections.ticket_types AS t"""


LISTED = QueryParameters(page_asked, mine_asked)


@hot_route(
    router,
    "GET",
    "",
    operation_id="ListTicketTypes",
    summary="The catalogue",
    parameters={**LISTED.parameters, **IF_NONE_MATCH},
    response_model=Page[TicketType],
    responses=tagged_answers(page=True),
    access=OPTIONAL,
)
async def list_ticket_types(request: Request) -> Response:
    """Ordered by name, the withdrawn ones included."""

    async def page(read: Read) -> Response:
        asked, mine = LISTED.read(request)
        conditions = Conditions()
        if mine:
            conditions.add_all([sight_of(request).own("t.owner_id")])
        return await answer_page(
            read, LIST_TICKET_TYPES, conditions, BY_NAME, asked=asked, shape=ticket_type_shape
        )

    return await remembered(request, ("ticket_types",), page)


def one_ticket_type(row: Any, _now: datetime) -> orjson.Fragment:
    return orjson.Fragment(json_bytes(ticket_type_shape(row)))


GET_TICKET_TYPE = PointRead(
    f"{LIST_TICKET_TYPES} WHERE ticket_type_id = ANY ($1)", "ticket_type_id", one_ticket_type
)


@hot_route(
    router,
    "GET",
    "/{ticket_type_id}",
    operation_id="GetTicketType",
    summary="One ticket type",
    response_model=TicketType,
    responses=read_answers(TICKET_TYPE_NOT_FOUND),
    access=PUBLIC,
)
async def get_ticket_type(request: Request) -> Response:
    """As it is in the catalogue now; an event that offers it keeps the terms it was offered at."""
    read = await begin(request, "ticket_types")
    ticket_type_id = path_id(request, "ticket_type_id", TICKET_TYPE_NOT_FOUND)
    return read.answer(await read.found(TICKET_TYPE_NOT_FOUND, GET_TICKET_TYPE, ticket_type_id))


def ticket_type_shape(row: Any) -> dict[str, Any]:
    """The shape of `resources.ticket_type.TicketType`."""
    return {
        "id": row["ticket_type_id"],
        "name": row["name"],
        "price": {"amount": row["price"], "currency": row["currency"]},
        "description": row["description"],
        "status": row["status"],
        "created_at": row["created_at"],
    }
