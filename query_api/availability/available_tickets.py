"""How many tickets of which type can be bought now: the short answer, for clients that ask nothing more."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.documenting import read_answers
from query_api.events.events import found
from query_api.min_position import DOCUMENTED
from query_api.problems import EVENT_NOT_FOUND
from resources.available_tickets import AvailableTickets
from runtime.http.access import OPTIONAL
from runtime.http.hot_route import hot_route
from runtime.http.times import rfc_3339

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)


@hot_route(
    router,
    "GET",
    "/{event_id}/available-tickets",
    operation_id="GetAvailableTickets",
    summary="Tickets that can be bought now",
    response_model=AvailableTickets,
    responses=read_answers(EVENT_NOT_FOUND),
    access=OPTIONAL,
)
async def get_available_tickets(request: Request) -> Response:
    """By type; none once the event is over or off sale. Which seats are free is in the seat map."""
    read, event = await found(request)
    return read.answer(available_tickets_shape(event.shape, read.now))


def available_tickets_shape(event: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The shape of `resources.available_tickets.AvailableTickets`, from that of an event."""
    on_sale = event["status"] == "on_sale" and rfc_3339(event["ends_at"] or event["starts_at"]) > now
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
