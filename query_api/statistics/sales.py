"""Sales over time since an event, or anything, went on sale: by period, and all so far."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import STATISTICS
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked, PageAsked
from query_api.snapshot import Snapshot
from query_api.statistics.answers import table_answers
from query_api.statistics.course import Course, Step, course_of
from query_api.statistics.filters import FiltersAsked, OptionalZone
from query_api.statistics.shapes import HEADER, sold_cells
from query_api.statistics.table import Csv, answer_table
from resources.statistics import SalesOfPeriod, Statistics
from resources.sums import sold_shape
from runtime.calendar import Period
from runtime.http.access import open_to
from runtime.http.csv_cells import Cell
from runtime.http.csv_wanted import Format
from runtime.http.keyset_columns import moment, text
from runtime.http.lanes import Lane, in_lane
from runtime.http.pages import Keyset

router = APIRouter(prefix="/api/v1/statistics", tags=["statistics"], dependencies=DOCUMENTED)

TOTALS = tuple(f"cumulative_{column}" for column in HEADER[:-1])
AT_A_TIME = 1_000
CSV_HEADER = ("period", "period_from", "period_to", *HEADER[:-1], *TOTALS, HEADER[-1])


@router.get(
    "/sales",
    operation_id="GetSales",
    summary="Sales over time",
    response_model=Statistics[SalesOfPeriod],
    responses=table_answers(),
)
@open_to(STATISTICS)
@in_lane(Lane.REPORTS)
async def get_sales(
    request: Request,
    *,
    filters: FiltersAsked,
    asked: Asked,
    period: Annotated[Period, Query(description="How much time a row is about")] = "day",
    timezone: OptionalZone = None,
    format: Format = None,
) -> Response:
    """Tickets and money by period since the event went on sale, or since the first sale of all; until now.

    For staff, and of their own events for organizers.

    Periods without any sales are there too. What is cumulative is all up to the end of the period, also what was sold
    before `from`. By ticket type, bookings are those with tickets of that type. Money in CSV is in minor units.
    """

    async def sales(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        course = await course_of(look, filters, period, timezone)
        if csv:
            return Csv("sales", CSV_HEADER, csv_rows(course, look))
        return await page(course, look, asked, Keyset(f"sales by {period}", (moment, text)))

    return await answer_table(request, format, sales, "sales")


async def page(course: Course, look: Snapshot, asked: PageAsked, keyset: Keyset) -> dict[str, Any]:
    """The shape of `resources.statistics.Statistics`, but for the position."""
    place: Any = keyset.place(asked.cursor)
    number = 0 if place is None else max(0, bisect_right(course.span.bounds, place[0]) - 1)
    wanted, steps = asked.skip + asked.limit + 1, list[Step]()
    # A page may begin between two currencies of one period: so one period more.
    async for part in course.steps(look, number, wanted + 1):
        steps += [step for step in part if place is None or (step.begin, step.currency) > place]
        if len(steps) >= wanted:
            break
    shown, following = steps[asked.skip : wanted - 1], None
    if len(steps) >= wanted:
        following = keyset.cursor(shown[-1].begin, shown[-1].currency)
    items = [
        {
            "period": step.period,
            **sold_shape(step.sums, step.currency),
            "cumulative": sold_shape(step.total, step.currency),
        }
        for step in shown
    ]
    return {"items": items, "next": following}


async def csv_rows(course: Course, look: Snapshot) -> AsyncIterator[list[Sequence[Cell]]]:
    async for part in course.steps(look, 0, AT_A_TIME):
        yield [
            (
                *((step.period["label"], step.period["from"], step.period["to"]) if step.period else ()),
                *sold_cells(step.sums, step.currency)[:-1],
                *sold_cells(step.total, step.currency),
            )
            for step in part
        ]
