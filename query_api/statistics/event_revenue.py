"""What one event has brought in, now or as of any moment."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.as_of import AsOfText, as_of, begin_as_of
from query_api.callers import STATISTICS
from query_api.min_position import DOCUMENTED
from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import path_id
from query_api.sight import EVERYTHING
from query_api.snapshot import Snapshot
from query_api.statistics.answers import table_answers
from query_api.statistics.event_figures import require_figures
from query_api.statistics.event_sums import sums_now, sums_then
from query_api.statistics.shapes import HEADER, sold_cells
from query_api.statistics.table import Csv, answer_table, one_part
from resources.statistics import EventRevenue
from runtime.http.access import open_to
from runtime.http.csv_wanted import Format
from runtime.http.lanes import Lane, in_lane

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)

CSV_HEADER = ("ticket_type_id", "ticket_type", *HEADER)


@router.get(
    "/{event_id}/revenue",
    operation_id="GetEventRevenue",
    summary="Revenue of an event",
    response_model=EventRevenue,
    responses=table_answers(EVENT_NOT_FOUND, page=False),
)
@open_to(STATISTICS)
@in_lane(Lane.REPORTS)
async def get_event_revenue(
    request: Request, event_id: str, at: AsOfText = None, format: Format = None
) -> Response:
    """In all and by ticket type, whose money and tickets add up to the whole to the cent. For staff, and for the
    organizer whose it is.

    What is paid or due back for tickets of several types is shared out by their prices. CSV has a row for each type,
    money in minor units.
    """
    show_id, when = path_id(request, "event_id", EVENT_NOT_FOUND), as_of(request)
    if when is not None:
        await begin_as_of(request, when, ["sales"])
    await require_figures(request, show_id)

    async def revenue(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        sums = await (sums_now(look, show_id) if when is None else sums_then(look, show_id, when))
        look.position = sums.position
        if csv:
            currency = sums.show["currency"]
            rows = [(each["id"], each["name"], *sold_cells(each, currency)) for each in sums.by_type]
            return Csv("event-revenue", CSV_HEADER, one_part(rows))
        return {"event_id": sums.show["show_id"], **sums.revenue(), "by_ticket_type": sums.types()}

    return await answer_table(request, format, revenue, "sales", sight=EVERYTHING)
