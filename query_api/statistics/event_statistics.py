"""How one event does: how full it is, what it has brought in, how fast it sells."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import STATISTICS
from query_api.min_position import DOCUMENTED
from query_api.problems import EVENT_NOT_FOUND
from query_api.reading import path_id
from query_api.sight import EVERYTHING
from query_api.snapshot import Snapshot
from query_api.statistics.answers import table_answers
from query_api.statistics.books import Asked
from query_api.statistics.event_figures import require_figures
from query_api.statistics.event_sums import EventSums, sums_now
from query_api.statistics.filters import Filters
from query_api.statistics.shapes import occupancy_shape
from query_api.statistics.span import Span
from query_api.statistics.table import Csv, answer_table, one_part
from resources.statistics import EventStatistics
from runtime.http.access import open_to
from runtime.http.csv_cells import Cell
from runtime.http.csv_wanted import Format
from runtime.http.keyset_columns import moment
from runtime.http.lanes import Lane, in_lane

router = APIRouter(prefix="/api/v1/events", tags=["events"], dependencies=DOCUMENTED)

DAY = timedelta(days=1)
CSV_HEADER = ("section", "capacity", "sold", "occupancy")


@router.get(
    "/{event_id}/statistics",
    operation_id="GetEventStatistics",
    summary="How an event does",
    response_model=EventStatistics,
    responses=table_answers(EVENT_NOT_FOUND, page=False),
)
@open_to(STATISTICS)
@in_lane(Lane.REPORTS)
async def get_event_statistics(request: Request, event_id: str, format: Format = None) -> Response:
    """How full it is, in all and by section; its revenue; and how fast it sells. For staff, and for the organizer whose
    it is.

    The pace is in tickets sold less those given back, up to now. CSV has the sections, and a last row for the whole.
    """
    show_id = path_id(request, "event_id", EVENT_NOT_FOUND)
    await require_figures(request, show_id)

    async def statistics(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        sums = await sums_now(look, show_id)
        sections = await by_section(look, show_id, sums.show)
        if csv:
            return Csv("event", CSV_HEADER, one_part(csv_rows(sums, sections)))
        return {
            "event_id": sums.show["show_id"],
            "name": sums.show["name"],
            "status": sums.show["status"],
            "starts_at": moment(sums.show["starts_at"]),
            "occupancy": occupancy_shape(sums.show["capacity"], sums.whole["tickets"]),
            "by_section": sections,
            "revenue": sums.revenue(),
            "by_ticket_type": sums.types(),
            "pace": await pace(look, show_id, sums),
        }

    return await answer_table(request, format, statistics, "sales", sight=EVERYTHING)


SOLD_BY_PART = """SELECT part, sum(tickets)::bigint AS sold FROM projections.sales_of_shows
                  WHERE show_id = $1 GROUP BY part"""


async def by_section(look: Snapshot, show_id: UUID, show: dict[str, Any]) -> list[dict[str, Any]]:
    """The shape of `resources.statistics.SectionOccupancy`, in the order of the plan."""
    sold = {row["part"]: row["sold"] for row in await look.rows(SOLD_BY_PART, show_id)}
    return [
        {"section": name, **occupancy_shape(capacity, sold.get(name, 0))}
        for name, capacity in zip(show["part_names"], show["part_capacities"], strict=True)
    ]


async def pace(look: Snapshot, show_id: UUID, sums: EventSums) -> dict[str, Any]:
    """The shape of `resources.statistics.Pace`."""
    since = moment(sums.show["on_sale_since"]) if sums.show["on_sale_since"] else None
    # A sale that another server's clock has put a little later than ours is a sale of today.
    bounds = [look.now - 7 * DAY, look.now - DAY, look.now + DAY]
    statement, arguments = Asked(None, Filters(event_id=show_id), Span(None, bounds)).statement()
    tickets = {1: 0, 2: 0}
    for row in await look.rows(statement, *arguments):
        tickets[row["number"]] += row["tickets"]
    return {
        "on_sale_since": since,
        "tickets_per_day": per_day(sums.whole["tickets"], since, look.now),
        "tickets_last_24_hours": tickets[2],
        "tickets_last_7_days": tickets[1] + tickets[2],
    }


def per_day(tickets: int, since: datetime | None, now: datetime) -> float | None:
    """The first day counts as a whole one, so that the first minute's sales are no forecast."""
    return None if since is None else round(tickets / max(1.0, (now - since) / DAY), 4)


def csv_rows(sums: EventSums, sections: list[dict[str, Any]]) -> list[Sequence[Cell]]:
    whole = occupancy_shape(sums.show["capacity"], sums.whole["tickets"])
    return [tuple(each.values()) for each in sections] + [(None, *whole.values())]
