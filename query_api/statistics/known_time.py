"""The time in which anything was sold, and the venues of a city: what has to be known before sums are read."""

from dataclasses import replace
from datetime import datetime

from query_api.conditions import Conditions
from query_api.snapshot import Snapshot
from query_api.statistics.filters import Filters
from runtime.folding import fold

# The ends are found by index: no table is read for them.
OF_ALL = """SELECT min(slot), max(slot) + interval '1 hour' - interval '1 microsecond'
            FROM projections.sales_by_hour"""
OF_SHOW = """SELECT min(slot), max(slot) + interval '15 minutes' - interval '1 microsecond'
             FROM projections.sales_of_shows_by_quarter {where}"""


# Of each show the ends are found by index; as coarse as those of all, so that the figures begin at the same time.
OF_SOME = """SELECT date_trunc('hour', min(e.first), 'UTC'),
                    date_trunc('hour', max(e.last), 'UTC') + interval '1 hour' - interval '1 microsecond'
             FROM projections.sales_shows AS s CROSS JOIN LATERAL (
                 SELECT min(t.slot) AS first, max(t.slot) AS last
                 FROM projections.sales_of_shows_by_quarter AS t WHERE t.show_id = s.show_id
             ) AS e {where}"""


async def known_time(look: Snapshot, filters: Filters) -> tuple[datetime, datetime] | None:
    """From the first to the last moment in which there may have been a sale; None when there was none."""
    asked, query = Conditions(), OF_ALL
    if filters.event_id is not None:
        query = OF_SHOW
        asked.add("show_id = {}", filters.event_id)
        asked.add_all(filters.sight.conditions("show_id"))
    elif filters.sight.is_limited:
        query = OF_SOME
        asked.add_all(filters.sight.conditions("s.show_id"))
    ((first, last),) = await look.rows(query.format(where=asked.where), *asked.arguments)
    return None if first is None else (first, last)


# Where anything was sold, in which city: a few rows for each venue.
PLACES = "SELECT DISTINCT venue_key, city FROM projections.sales_of_venues_by_month"
PLACES_OF_SOME = "SELECT DISTINCT s.venue_key, s.city FROM projections.sales_shows AS s {where}"


async def with_venues(look: Snapshot, filters: Filters) -> Filters:
    """The same filters, with the venues of the city that they name, and the ways to write it."""
    if filters.city is None:
        return filters
    asked, query = Conditions(), PLACES
    if filters.sight.is_limited:
        query = PLACES_OF_SOME
        asked.add_all(filters.sight.conditions("s.show_id"))
    places = await look.rows(query.format(where=asked.where), *asked.arguments)
    there = [row for row in places if fold(row["city"]) == filters.city]
    return replace(
        filters,
        cities=tuple({row["city"] for row in there}),
        city_venues=tuple({row["venue_key"] for row in there}),
    )
