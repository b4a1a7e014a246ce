"""Everything in a few figures, at both of its addresses."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import require_staff
from query_api.min_position import DOCUMENTED
from query_api.snapshot import Snapshot
from query_api.statistics.answers import table_answers
from query_api.statistics.table import Csv, answer_table, one_part
from resources.statistics import Overview
from runtime.http.csv_cells import Cell
from runtime.http.csv_wanted import Format

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
async def get_overview(request: Request, format: Format = None) -> Response:
    """For staff. Venues, events, confirmed bookings and their tickets, and money by currency.

    Tickets available are the places that are not sold of events which are on sale and have not begun; those that are
    held or kept back just now are among them.
    """
    require_staff(request)

    async def totals(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        found = await overview(look)
        if csv:
            return Csv("overview", CSV_HEADER, one_part(csv_rows({**found, "as_of_position": look.position})))
        return found

    return await answer_table(request, format, totals, "sales")


COUNTS = """SELECT status, count(*) AS events FROM projections.sales_shows GROUP BY status"""
VENUES = "SELECT count(*) FROM projections.sales_venues"
AVAILABLE = """SELECT coalesce(sum(s.capacity), 0)::bigint - coalesce(sum(t.sold), 0)::bigint
               FROM projections.sales_shows AS s LEFT JOIN (
                   SELECT show_id, sum(tickets) AS sold FROM projections.sales_of_shows GROUP BY show_id
               ) AS t USING (show_id) WHERE s.status = 'on_sale' AND s.starts_at > $1"""
IN_ALL = "SELECT currency, bookings, tickets, gross, refunded FROM projections.sales_in_all ORDER BY currency"


async def overview(look: Snapshot) -> dict[str, Any]:
    """The shape of `resources.statistics.Overview`, but for the position."""
    by_status = Counter({row["status"]: row["events"] for row in await look.rows(COUNTS)})
    ((venues,),), ((available,),) = await look.rows(VENUES), await look.rows(AVAILABLE, look.now)
    sums = await look.rows(IN_ALL)
    return {
        "venues": venues,
        "events": by_status.total(),
        "events_by_status": {
            status: by_status[status] for status in ("draft", "on_sale", "closed", "cancelled")
        },
        "bookings": sum(row["bookings"] for row in sums),
        "tickets_sold": sum(row["tickets"] for row in sums),
        "tickets_available": available,
        "gross": [{"amount": row["gross"], "currency": row["currency"]} for row in sums],
        "refunded": [{"amount": row["refunded"], "currency": row["currency"]} for row in sums],
        "net": [{"amount": row["gross"] - row["refunded"], "currency": row["currency"]} for row in sums],
    }


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
