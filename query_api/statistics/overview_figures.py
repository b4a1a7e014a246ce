"""Everything in a few figures, of all shows together."""

from typing import Any

from query_api.snapshot import Snapshot
from resources.sums import STATUSES, overview_shape

# Shows are counted in ranges of an index which has all that is asked for.
COUNTS = """SELECT status, (SELECT count(*) FROM projections.sales_shows AS s WHERE s.status = given.status) AS events
            FROM unnest($1::text[]) AS given (status)"""
TO_COME = "FROM projections.sales_shows WHERE status = 'on_sale' AND starts_at > $1"
FIGURES = f"""SELECT (SELECT count(*) FROM projections.sales_venues) AS venues,
                     (SELECT coalesce(sum(capacity), 0)::bigint {TO_COME})
                     - (SELECT coalesce(sum(tickets), 0)::bigint FROM projections.sales_of_shows
                        WHERE show_id IN (SELECT show_id {TO_COME})) AS available"""  # noqa: S608 - our own columns
IN_ALL = "SELECT currency, bookings, tickets, gross, refunded FROM projections.sales_in_all ORDER BY currency"


async def overview(look: Snapshot) -> dict[str, Any]:
    """The shape of `resources.statistics.Overview`, but for the position."""
    by_status = {row["status"]: row["events"] for row in await look.rows(COUNTS, STATUSES)}
    (figures,) = await look.rows(FIGURES, look.now)
    return overview_shape(by_status, figures, await look.rows(IN_ALL))
