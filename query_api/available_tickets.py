"""How many tickets of which type can be bought now: the short answer, for clients that ask nothing more."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import is_staff
from query_api.documenting import read_answers
from query_api.event_shape import PROJECTORS, SELECT, event_shape
from query_api.min_position import DOCUMENTED
from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import begin, path_id
from resources.available_tickets import AvailableTickets
from runtime.http.hot_route import hot_route
from runtime.http.openapi import PUBLIC
from runtime.http.times import rfc_3339
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)

ONE = f"{SELECT} WHERE l.show_id = $1"


@hot_route(
    router,
    "GET",
    "/{event_id}/available-tickets",
    operation_id="GetAvailableTickets",
    summary="Tickets that can be bought now",
    response_model=AvailableTickets,
    responses=read_answers(EVENT_NOT_FOUND),
    openapi_extra=PUBLIC,
)
async def get_available_tickets(request: Request) -> Response:
    """By type; none once the event is over or off sale. Which seats are free is in the seat map."""
    read = await begin(request, *PROJECTORS)
    row = await read.one(EVENT_NOT_FOUND, ONE, path_id(request, "event_id", EVENT_NOT_FOUND))
    if row["status"] == "draft" and not is_staff(request):
        raise Problem(EVENT_NOT_FOUND)
    return read.answer(available_tickets_shape(event_shape(row), read.now))


def available_tickets_shape(event: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The shape of `resources.available_tickets.AvailableTickets`, from that of an event."""
    on_sale = event["status"] == "on_sale" and (event["ends_at"] or event["starts_at"]) > now
    left = {offer["id"]: offer["available"] for offer in event["ticket_types"]}
    types = [
        {
            "id": offer["id"],
            "name": offer["name"],
            "price": offer["price"],
            "available": offer["available"] if on_sale and is_open(offer, left, now) else 0,
        }
        for offer in event["ticket_types"]
    ]
    in_all = min(event["available"], sum(each["available"] for each in types))
    return {"event_id": event["id"], "available": in_all, "ticket_types": types}


def is_open(offer: dict[str, Any], left: dict[str, int], now: datetime) -> bool:
    """Within its window and, of a type that follows another, once that one has sold out."""
    sales_from, sales_until = offer["sales_from"], offer["sales_until"]
    return (
        (sales_from is None or rfc_3339(sales_from) <= now)
        and (sales_until is None or now < rfc_3339(sales_until))
        and left.get(offer["opens_when_sold_out"], 0) == 0
    )
