"""Everything in a few figures, at both of its addresses."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import STATISTICS
from query_api.min_position import DOCUMENTED
from query_api.snapshot import Snapshot
from query_api.statistics.answers import table_answers
from query_api.statistics.overview_figures import overview
from query_api.statistics.overview_of_some import overview_of_some
from query_api.statistics.table import Csv, answer_table, one_part
from resources.statistics import Overview
from runtime.http.access import open_to
from runtime.http.csv_cells import Cell
from runtime.http.csv_wanted import Format
from runtime.http.lanes import Lane, in_lane

router = APIRouter(prefix="/api/v1", dependencies=DOCUMENTED)

CSV_HEADER = ("figure", "value", "currency")


@router.get(
    "/statistics/overview",
    operation_id="GetOverview",
    summary="Totals",
    tags=["statistics"],
    response_model=Overview,
    responses=table_answers(page=False),
)
@router.get(
    "/booking-system/stats",
    operation_id="GetBookingSystemStats",
    summary="Totals",
    tags=["statistics"],
    response_model=Overview,
    responses=table_answers(page=False),
)
@open_to(STATISTICS)
@in_lane(Lane.REPORTS)
async def get_overview(request: Request, format: Format = None) -> Response:
    """Venues, events, confirmed bookings and their tickets, and money by currency. For staff, and for organizers of
    their own events, and the venues that are theirs or where these are.

    Tickets available are the places that are not sold of events which are on sale and have not begun; those that are
    held or kept back just now are among them.
    """

    async def totals(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        found = await (overview_of_some(look) if look.sight.is_limited else overview(look))
        if csv:
            return Csv("overview", CSV_HEADER, one_part(csv_rows({**found, "as_of_position": look.position})))
        return found

    return await answer_table(request, format, totals, "sales")


def csv_rows(figures: dict[str, Any]) -> list[Sequence[Cell]]:
    """A line for each figure, money once for each currency."""
    found: list[Sequence[Cell]] = []
    for name, value in figures.items():
        match value:
            case dict():
                found += [(f"{name}_{kind}", count, None) for kind, count in value.items()]
            case list():
                found += [(name, money["amount"], money["currency"]) for money in value]
            case _:
                found.append((name, value, None))
    return found
