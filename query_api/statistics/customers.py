"""Who buys: how many customers there are, who is new, who comes again, and who spends most."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import STAFF
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked
from query_api.sight import EVERYTHING, sight_of
from query_api.snapshot import Snapshot
from query_api.statistics.answers import table_answers
from query_api.statistics.customer_rows import by_spending
from query_api.statistics.filters import PeriodAsked, Time, Zone, calendar, require_order
from query_api.statistics.new_customers import new_customers
from query_api.statistics.table import Csv, answer_table
from resources.statistics import Customers
from runtime.http.access import open_to
from runtime.http.csv_wanted import Format
from runtime.http.lanes import Lane, in_lane
from runtime.identity import FORBIDDEN
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/statistics", tags=["statistics"], dependencies=DOCUMENTED)

Currency = Annotated[
    str | None,
    Query(pattern="^[A-Z]{3}$", description="Only what was spent in this currency", examples=["EUR"]),
]
FirstFrom = Annotated[Time | None, Query(alias="from", description="First bought at this time or later")]
FirstBefore = Annotated[Time | None, Query(alias="to", description="First bought before this time")]


@router.get(
    "/customers",
    operation_id="GetCustomers",
    summary="Customers",
    response_model=Customers,
    responses=table_answers(),
)
@open_to(STAFF)
@in_lane(Lane.REPORTS)
async def get_customers(
    request: Request,
    *,
    asked: Asked,
    first_from: FirstFrom = None,
    first_before: FirstBefore = None,
    period: PeriodAsked = None,
    timezone: Zone = "UTC",
    currency: Currency = None,
    format: Format = None,
) -> Response:
    """How many first bought from `from` to before `to`, how many of them came again, what each has spent.

    With `period` also how many were new in each, of those in which anybody was. Whoever was given a booking has bought
    it. Customers are accounts, and addresses of those without one. CSV has the list, money in minor units.

    For staff; not with a key that is for some events only.
    """
    require_order(first_from, first_before)
    if sight_of(request) != EVERYTHING:
        # What somebody has spent is kept over all events together.
        raise Problem(FORBIDDEN)
    listing = by_spending(first_from, first_before, currency)

    async def customers(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        if csv:
            return Csv("customers", listing.header, listing.csv_rows(look))
        asked_span, counts = await new_customers(look, calendar(period, timezone), first_from, first_before)
        new = [
            {
                "period": asked_span.period(row["number"] - 1),
                "customers": row["customers"],
                "came_again": row["came_again"],
            }
            for row in counts
        ]
        return {
            "customers": sum(row["customers"] for row in counts),
            "came_again": sum(row["came_again"] for row in counts),
            "new": new if period else [],
            **await listing.page(look, asked),
        }

    return await answer_table(request, format, customers, "sales", "bookings")
