"""How full events are."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import STATISTICS
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked
from query_api.sight import sight_of
from query_api.snapshot import Snapshot
from query_api.statistics.answers import table_answers
from query_api.statistics.filters import EventId, Time, VenueId, require_order
from query_api.statistics.occupancy_rows import LISTINGS, OccupancyBy
from query_api.statistics.occupancy_shows import FIGURES, Shows, in_all
from query_api.statistics.table import Csv, answer_table, one_part
from resources.statistics import OccupancyRow, Statistics
from runtime.http.access import open_to
from runtime.http.csv_wanted import Format
from runtime.http.lanes import Lane, in_lane

router = APIRouter(prefix="/api/v1/statistics", tags=["statistics"], dependencies=DOCUMENTED)

StartsFrom = Annotated[Time | None, Query(alias="from", description="Starts at this time or later")]
StartsBefore = Annotated[Time | None, Query(alias="to", description="Starts before this time")]


@router.get(
    "/occupancy",
    operation_id="GetOccupancy",
    summary="Occupancy",
    response_model=Statistics[OccupancyRow],
    responses=table_answers(),
)
@open_to(STATISTICS)
@in_lane(Lane.REPORTS)
async def get_occupancy(
    request: Request,
    *,
    asked: Asked,
    group_by: Annotated[OccupancyBy | None, Query(description="A row for each of these")] = None,
    starts_from: StartsFrom = None,
    starts_before: StartsBefore = None,
    venue_id: VenueId = None,
    event_id: EventId = None,
    format: Format = None,
) -> Response:
    """Tickets sold of the places there are, of events that start from `from` to before `to`.

    For staff, and of their own events for organizers.

    Events on sale count and those whose sales are closed, not drafts and what was called off. Sections of one name at
    one venue are added up.
    """
    require_order(starts_from, starts_before)
    shows = Shows(sight_of(request), starts_from, starts_before, venue_id, event_id)

    async def occupancy(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        if group_by is None:
            whole = await in_all(look, shows)
            if csv:
                return Csv("occupancy", FIGURES, one_part([tuple(whole.values())]))
            return {"items": [whole], "next": None}
        listing = LISTINGS[group_by](shows)
        if csv:
            return Csv("occupancy", listing.header, listing.csv_rows(look))
        return await listing.page(look, asked)

    return await answer_table(request, format, occupancy, "sales")
