"""How full events are."""

from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import require_staff
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked
from query_api.snapshot import snapshot
from query_api.statistics.answers import table_answers
from query_api.statistics.filters import EventId, Time, VenueId, require_order
from query_api.statistics.occupancy_rows import LISTINGS, OccupancyBy
from query_api.statistics.occupancy_shows import FIGURES, Shows, in_all
from query_api.statistics.one_part import one_part
from resources.statistics import OccupancyRow, Statistics
from runtime.http.csv_stream import CsvStream
from runtime.http.csv_wanted import Format, wants_csv

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
    """For staff. Tickets sold of the places there are, of events that start from `from` to before `to`.

    Events on sale count and those whose sales are closed, not drafts and what was called off. Sections of one name at
    one venue are added up.
    """
    require_staff(request)
    require_order(starts_from, starts_before)
    shows = Shows(starts_from, starts_before, venue_id, event_id)
    async with AsyncExitStack() as stack:
        look = await stack.enter_async_context(snapshot(request, "sales"))
        csv = wants_csv(request, format)
        if group_by is None:
            whole = await in_all(look, shows)
            if csv:
                rows = one_part([tuple(whole.values())])
                return CsvStream("occupancy", FIGURES, rows, stack.pop_all(), look.headers)
            return look.answer({"items": [whole], "next": None, "as_of_position": look.position})
        listing = LISTINGS[group_by](shows)
        if csv:
            rows = listing.csv_rows(look)
            return CsvStream("occupancy", listing.header, rows, stack.pop_all(), look.headers)
        return look.answer({**await listing.page(look, asked), "as_of_position": look.position})
    raise AssertionError("a snapshot swallows nothing")
