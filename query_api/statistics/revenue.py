"""Revenue by event, venue or ticket type, and by period."""

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
from query_api.statistics.books import GroupBy
from query_api.statistics.filters import FiltersAsked, PeriodAsked, Zone, calendar
from query_api.statistics.groups import GROUPINGS
from query_api.statistics.known_time import known_time, with_venues
from query_api.statistics.revenue_rows import Question, RevenueRow
from query_api.statistics.shapes import HEADER, sold_cells
from query_api.statistics.span import NOTHING, span
from query_api.statistics.table import Csv, answer_table
from resources.statistics import Revenue, Statistics
from resources.sums import sold_shape
from runtime.http.access import open_to
from runtime.http.csv_cells import Cell
from runtime.http.csv_wanted import Format
from runtime.http.keyset_columns import moment, text, uuid
from runtime.http.lanes import Lane, in_lane
from runtime.http.pages import Keyset

router = APIRouter(prefix="/api/v1/statistics", tags=["statistics"], dependencies=DOCUMENTED)

PERIOD_HEADER = ("period", "period_from", "period_to")
AT_A_TIME = 1_000


@router.get(
    "/revenue",
    operation_id="GetRevenue",
    summary="Revenue",
    response_model=Statistics[Revenue],
    response_model_exclude_unset=True,
    responses=table_answers(),
)
@open_to(STATISTICS)
@in_lane(Lane.REPORTS)
async def get_revenue(
    request: Request,
    *,
    filters: FiltersAsked,
    asked: Asked,
    group_by: Annotated[GroupBy | None, Query(description="A row for each of these")] = None,
    period: PeriodAsked = None,
    timezone: Zone = "UTC",
    format: Format = None,
) -> Response:
    """What was paid, has to be paid back and is left, in the order of groups, periods and currencies.

    For staff, and of their own events for organizers.

    Rows are of what was sold or given back from `from` to before `to`, each at the time when that happened; there is
    none of what did not. A hold is no revenue, nor is money that came too late or twice. An exchange moves what was
    paid to the new ticket type, so a period may have less than nothing of the old one. Money in CSV is in minor units.
    """
    by = calendar(period, timezone)

    async def revenue(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        known = await known_time(look, filters)
        asked_span = span(by, known, filters.sold_from, filters.sold_before) if known else NOTHING
        question = Question(group_by, await with_venues(look, filters), asked_span)
        if csv:
            header = (
                *(GROUPINGS[group_by].header if group_by else ()),
                *(PERIOD_HEADER if by else ()),
                *HEADER,
            )
            return Csv("revenue", header, csv_rows(question, look))
        keyset = Keyset(f"revenue by {group_by} and {period}", (uuid, moment, text))
        return await page(question, look, asked, keyset)

    return await answer_table(request, format, revenue, "sales")


async def page(question: Question, look: Snapshot, asked: PageAsked, keyset: Keyset) -> dict[str, Any]:
    """The shape of `resources.statistics.Statistics`, but for the position."""
    place: Any = keyset.place(asked.cursor)
    wanted, rows = asked.skip + asked.limit + 1, list[RevenueRow]()
    async for part in question.rows(look, place, wanted):
        rows += part
        if len(rows) >= wanted:
            break
    shown, following = rows[asked.skip : asked.skip + asked.limit], None
    if len(rows) >= wanted:
        following = keyset.cursor(*shown[-1].place)
    items = [revenue_shape(row, question.group_by) for row in shown]
    return {"items": items, "next": following}


def revenue_shape(row: RevenueRow, group_by: GroupBy | None) -> dict[str, Any]:
    """The shape of `resources.statistics.Revenue`."""
    group: dict[str, Any] = {group_by: GROUPINGS[group_by].shape(row.group)} if group_by else {}
    return {**group, "period": row.period, **sold_shape(row.sums, row.sums["currency"])}


async def csv_rows(question: Question, look: Snapshot) -> AsyncIterator[list[Sequence[Cell]]]:
    group_by = question.group_by
    async for part in question.rows(look, None, AT_A_TIME):
        yield [
            (
                *(GROUPINGS[group_by].cells(row.group) if group_by else ()),
                *((row.period["label"], row.period["from"], row.period["to"]) if row.period else ()),
                *sold_cells(row.sums, row.sums["currency"]),
            )
            for row in part
        ]
