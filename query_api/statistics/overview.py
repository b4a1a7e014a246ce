"""Everything in a few figures, at both of its addresses."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import STAFF
from query_api.min_position import DOCUMENTED
from query_api.snapshot import Snapshot
from query_api.statistics.answers import table_answers
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
@open_to(STAFF)
@in_lane(Lane.REPORTS)
async def get_overview(request: Request, format: Format = None) -> Response:
    """For staff. Venues, events, confirmed bookings and their tickets, and money by currency.

    Tickets available are the places that are not sold of events which are on sale and have not begun; those that are
    held or kept back just now are among them.
    """

    async def totals(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        found = await overview(look)
        if csv:
            return Csv("overview", CSV_HEADER, one_part(csv_rows({**found, "as_of_position": look.position})))
        return found

    return await answer_table(request, format, totals, "sales")


# Shows are counted in ranges of an index which has all that is asked for.
COUNTS = """SELECT status, (SELECT count(*) FROM projections.sales_shows AS s WHERE s.status = given.status) AS events
            FROM unnest($1::text[]) AS given (status)"""
STATUSES = ("draft", "on_sale", "closed", "cancelled")
TO_COME = "FROM projections.sales_shows WHERE status = 'on_sale' AND starts_at > $1"
FIGURES = f"""SELECT (SELECT count(*) FROM projections.sales_venues) AS venues,
                     (SELECT coalesce(sum(capacity), 0)::bigint {TO_COME})
                     - (SELECT coalesce(sum(tickets), 0)::bigint FROM projections.sales_of_shows
                        WHERE show_id IN (SELECT show_id {TO_COME})) AS available"""  # noqa: S608 - our own columns
IN_ALL = "SELECT currency, bookings, tickets, gross, refunded FROM projections.sales_in_all ORDER BY currency"


async def overview(look: Snapshot) -> dict[str, Any]:
    """The shape of `resources.statistics.Overview`, but for the position."""
    by_status = {row["status"]: row["events"] for row in await look.rows(COUNTS, STATUSES)}
    (figures,) = await look.rows(FIGURES, look.now)
    sums = await look.rows(IN_ALL)
    return {
        "venues": figures["venues"],
        "events": sum(by_status.values()),
        "events_by_status": by_status,
        "bookings": sum(row["bookings"] for row in sums),
        "tickets_sold": sum(row["tickets"] for row in sums),
        "tickets_available": figures["available"],
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
