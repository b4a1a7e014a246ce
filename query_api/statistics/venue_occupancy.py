"""How full the events of one venue are."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from query_api.callers import STATISTICS
from query_api.min_position import DOCUMENTED
from query_api.paging import Asked
from query_api.problems import VENUE_NOT_FOUND
from query_api.reading import begin, path_id
from query_api.sight import sight_of
from query_api.snapshot import Snapshot
from query_api.statistics.answers import table_answers
from query_api.statistics.filters import require_order
from query_api.statistics.occupancy import StartsBefore, StartsFrom
from query_api.statistics.occupancy_rows import by_event
from query_api.statistics.occupancy_shows import Shows, in_all
from query_api.statistics.table import Csv, answer_table
from resources.statistics import VenueOccupancy
from runtime.http.access import open_to
from runtime.http.csv_wanted import Format
from runtime.http.lanes import Lane, in_lane

router = APIRouter(prefix="/api/v1/venues", tags=["venues"], dependencies=DOCUMENTED)

VENUE_EXISTS = "SELECT 1 FROM projections.sales_venues WHERE venue_id = $1"


@router.get(
    "/{venue_id}/occupancy",
    operation_id="GetVenueOccupancy",
    summary="Occupancy of a venue",
    response_model=VenueOccupancy,
    responses=table_answers(VENUE_NOT_FOUND),
)
@open_to(STATISTICS)
@in_lane(Lane.REPORTS)
async def get_venue_occupancy(
    request: Request,
    venue_id: str,
    *,
    asked: Asked,
    starts_from: StartsFrom = None,
    starts_before: StartsBefore = None,
    format: Format = None,
) -> Response:
    """In all, and a page of its events by start: those on sale and those whose sales are closed.

    For staff, and of their own events for organizers.
    """
    require_order(starts_from, starts_before)
    venue = path_id(request, "venue_id", VENUE_NOT_FOUND)
    await (await begin(request, "sales")).one(VENUE_NOT_FOUND, VENUE_EXISTS, venue)
    shows = Shows(sight_of(request), starts_from, starts_before, venue)

    async def occupancy(look: Snapshot, csv: bool) -> dict[str, Any] | Csv:
        listing = by_event(shows)
        if csv:
            return Csv("venue-occupancy", listing.header, listing.csv_rows(look))
        page = await listing.page(look, asked)
        events = [
            {
                "event_id": each["event"]["id"],
                "name": each["event"]["name"],
                "starts_at": each["event"]["starts_at"],
                **{name: each[name] for name in ("capacity", "sold", "occupancy")},
            }
            for each in page["items"]
        ]
        whole = {"venue_id": str(venue), **await in_all(look, shows)}
        return {**whole, "by_event": events, "next": page["next"]}

    return await answer_table(request, format, occupancy, "sales")
