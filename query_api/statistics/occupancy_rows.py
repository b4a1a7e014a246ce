"""How full events are: each, or those of a venue together, in all or section by section."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from query_api.snapshot import Snapshot
from query_api.statistics.listing import Listing
from query_api.statistics.occupancy_shows import FIGURES, Shows, figures
from query_api.statistics.occupancy_venues import by_section, by_venue
from resources.sums import event_group
from runtime.http.keyset_columns import moment, uuid
from runtime.http.pages import Keyset

OccupancyBy = Literal["event", "venue", "section"]

BY_EVENT = """SELECT s.show_id::text AS id, s.name, s.venue_name, s.starts_at, 1 AS events, s.capacity,
                     coalesce((SELECT sum(t.tickets) FROM projections.sales_of_shows AS t
                               WHERE t.show_id = s.show_id), 0)::bigint AS sold
              FROM projections.sales_shows AS s {where}
              ORDER BY s.starts_at, s.show_id LIMIT {limit} OFFSET {skip}"""


def by_event(shows: Shows) -> Listing:
    """In the order of their starts."""

    async def read(look: Snapshot, after: Any, limit: int, skip: int) -> Sequence[Any]:
        asked = shows.conditions()
        if after is not None:
            asked.add("(s.starts_at, s.show_id) > ({}, {})", *after)
        query = BY_EVENT.format(where=asked.where, limit=asked.argument(limit), skip=asked.argument(skip))
        return await look.rows(query, *asked.arguments)

    return Listing(
        Keyset("occupancy by event", (moment, uuid)),
        read,
        lambda row: (row["starts_at"], row["id"]),
        lambda row: {"event": event_group(row), **figures(row)},
        ("event_id", "event", "venue", "starts_at", *FIGURES),
        lambda row: (row["id"], row["name"], row["venue_name"], row["starts_at"], *figures(row).values()),
    )


LISTINGS: dict[OccupancyBy, Callable[[Shows], Listing]] = {
    "event": by_event,
    "venue": by_venue,
    "section": by_section,
}
