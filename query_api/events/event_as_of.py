"""An event as it was at an earlier moment: what its organiser said about it, and what was left of it."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from query_api.as_of import AsOf, begin_as_of, history_condition
from query_api.availability.availability_as_of import stock_then
from query_api.availability.stock_now import figures
from query_api.drafts import require_may_see
from query_api.events.event_shape import PROJECTORS, event_shape
from query_api.problems import EVENT_NOT_FOUND, not_there_then
from query_api.reading import Read
from runtime.problems import Problem

VERSIONS = "projections.listing_versions"

# A version reads like the row that it is a copy of.
GET_LISTING_THEN = """SELECT r.*, r.show_id::text AS show_id, r.venue_id::text AS venue_id, h.row IS NULL AS deleted
                      FROM projections.listing_versions AS h,
                           json_populate_record(NULL::projections.listings, h.row::json) AS r
                      WHERE h.show_id = $1 AND {then} ORDER BY h.position DESC LIMIT 1"""


async def event_then(request: Request, show_id: UUID, when: AsOf) -> Response:
    read = await begin_as_of(request, when, PROJECTORS)
    listing = await listing_then(read, show_id, when)
    then = await stock_then(read, show_id, when)
    hidden = listing["status"] == "draft" or not then.live
    await require_may_see(request, EVENT_NOT_FOUND, show_id, hidden=hidden)
    return read.answer(event_shape({**listing, **figures(then.stock)}))


async def listing_then(read: Read, show_id: UUID, when: AsOf) -> dict[str, Any]:
    """The columns of the listing. Raises Problem 404 when there was none then."""
    statement = GET_LISTING_THEN.format(then=history_condition(when, VERSIONS, "show_id", "$1", "$2"))
    rows = await read.rows(statement, show_id, when.value)
    if not rows or rows[0]["deleted"]:
        raise Problem(not_there_then(EVENT_NOT_FOUND))
    return dict(rows[0])
