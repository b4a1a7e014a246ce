"""The same few figures of some shows only: those of an organiser, or those that a key is for."""

from typing import Any

from query_api.conditions import Conditions
from query_api.snapshot import Snapshot
from resources.sums import STATUSES, overview_shape

COUNTS = "SELECT s.status, count(*) AS events FROM projections.sales_shows AS s {where} GROUP BY s.status"

# A venue is theirs, or is where their shows are.
FIGURES = """SELECT (SELECT count(*) FROM projections.sales_venues AS v WHERE {own}
                     OR v.venue_id IN (SELECT s.venue_id FROM projections.sales_shows AS s {where})) AS venues,
                    coalesce(sum(s.capacity), 0)::bigint - coalesce(sum((
                        SELECT sum(t.tickets) FROM projections.sales_of_shows AS t WHERE t.show_id = s.show_id
                    )), 0)::bigint AS available
             FROM projections.sales_shows AS s {where} AND s.status = 'on_sale' AND s.starts_at > {now}"""

IN_ALL = """SELECT t.currency, sum(t.bookings)::bigint AS bookings, sum(t.tickets)::bigint AS tickets,
                   sum(t.gross)::bigint AS gross, sum(t.refunded)::bigint AS refunded
            FROM projections.sales_of_shows AS t {where} GROUP BY t.currency ORDER BY t.currency"""


async def overview_of_some(look: Snapshot) -> dict[str, Any]:
    """The shape of `resources.statistics.Overview`, but for the position."""
    shows, sums = Conditions(), Conditions()
    shows.add_all(look.sight.conditions("s.show_id"))
    sums.add_all(look.sight.conditions("t.show_id"))
    counted = await look.rows(COUNTS.format(where=shows.where), *shows.arguments)
    sold = await look.rows(IN_ALL.format(where=sums.where), *sums.arguments)
    where, own = shows.where, shows.written(look.sight.own("v.owner_id"))
    query = FIGURES.format(where=where, own=own, now=shows.argument(look.now))
    (figures,) = await look.rows(query, *shows.arguments)
    by_status = dict.fromkeys(STATUSES, 0) | {row["status"]: row["events"] for row in counted}
    return overview_shape(by_status, figures, sold)
