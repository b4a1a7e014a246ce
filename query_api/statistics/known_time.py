"""The time in which anything was sold, and the venues of a city: what has to be known before sums are read."""

from dataclasses import replace
from datetime import datetime

from query_api.snapshot import Snapshot
from query_api.statistics.filters import Filters
from runtime.folding import fold

# The ends are found by index: no table is read for them.
OF_ALL = """SELECT min(slot), max(slot) + interval '1 hour' - interval '1 microsecond'
            FROM projections.sales_by_hour"""
OF_SHOW = """SELECT min(slot), max(slot) + interval '15 minutes' - interval '1 microsecond'
             FROM projections.sales_of_shows_by_quarter WHERE show_id = $1"""


async def known_time(look: Snapshot, filters: Filters) -> tuple[datetime, datetime] | None:
    """From the first to the last moment in which there may have been a sale; None when there was none."""
    of_show = filters.event_id is not None
    ((first, last),) = await (look.rows(OF_SHOW, filters.event_id) if of_show else look.rows(OF_ALL))
    return None if first is None else (first, last)


# Where anything was sold, in which city: a few rows for each venue.
PLACES = "SELECT DISTINCT venue_key, city FROM projections.sales_of_venues_by_month"


async def with_venues(look: Snapshot, filters: Filters) -> Filters:
    """The same filters, with the venues of the city that they name, and the ways to write it."""
    if filters.city is None:
        return filters
    there = [row for row in await look.rows(PLACES) if fold(row["city"]) == filters.city]
    return replace(
        filters,
        cities=tuple({row["city"] for row in there}),
        city_venues=tuple({row["venue_key"] for row in there}),
    )
