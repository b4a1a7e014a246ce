"""A page of events in any of their orders."""

from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import is_staff
from query_api.event_filters import EventFilters
from query_api.event_shape import PROJECTORS, SELECT, event_shape
from query_api.paging import Column, Order, PageAsked, answer_page
from query_api.reading import begin
from query_api.stock_now import all_at_this_moment
from runtime.http.keyset_columns import moment, text, uuid, whole_number

SORTS: dict[str, Column] = {
    "starts_at": ("l.starts_at", moment),
    "name": ("l.name", text),
    "price": ("l.price_from", whole_number),
}
ORDERS = {
    f"{sign}{name}": Order(f"events by {sign}{name}", column, ("l.show_id", uuid), down=sign == "-")
    for name, column in SORTS.items()
    for sign in ("", "-")
}


async def answer_events(request: Request, filters: EventFilters, asked: PageAsked) -> Response:
    """Drafts are for staff only."""
    read = await begin(request, *PROJECTORS)
    conditions = filters.conditions(read.now, staff=is_staff(request))
    return await answer_page(
        read,
        SELECT,
        conditions,
        ORDERS[filters.sort],
        asked=asked,
        shape=event_shape,
        amend=all_at_this_moment,
    )
