"""How many customers came for the first time, and how many of them again."""

from datetime import datetime
from typing import Any

from query_api.conditions import Conditions
from query_api.snapshot import Snapshot
from query_api.statistics.calendar import Calendar
from query_api.statistics.pieces import pieces
from query_api.statistics.span import NOTHING, Span, span

KNOWN = """SELECT min(slot), max(slot) + interval '15 minutes' - interval '1 microsecond'
           FROM projections.sales_first_purchases_by_quarter"""

COUNTS = """SELECT p.number, sum(p.customers)::bigint AS customers, sum(p.came_again)::bigint AS came_again
            FROM ({parts}) AS p GROUP BY p.number HAVING sum(p.customers) > 0 ORDER BY p.number"""

SLOTS = """SELECT width_bucket(t.slot, {bounds}::timestamptz[]) AS number, t.customers, t.came_again
           FROM unnest({begins}::timestamptz[], {ends}::timestamptz[]) AS r (low, high)
           JOIN projections.sales_first_purchases_by_{slot} AS t ON t.slot >= r.low AND t.slot < r.high"""

# What a bound cuts within a quarter of an hour is counted one by one.
ONE_BY_ONE = """SELECT width_bucket(t.bought_at, {bounds}::timestamptz[]) AS number, 1, (t.purchases > 1)::integer
                FROM unnest({begins}::timestamptz[], {ends}::timestamptz[]) AS r (low, high)
                JOIN projections.sales_customers AS t ON t.bought_at >= r.low AND t.bought_at < r.high
                WHERE t.purchases > 0"""


async def new_customers(
    look: Snapshot, calendar: Calendar | None, begin: datetime | None, end: datetime | None
) -> tuple[Span, list[Any]]:
    """By the period of their first purchase, numbered from 1; periods without any are left out.

    Raises Problem 422 for too many periods.
    """
    ((first, last),) = await look.rows(KNOWN)
    asked = NOTHING if first is None else span(calendar, (first, last), begin, end)
    if not asked.periods:
        return NOTHING, []
    arguments = Conditions()
    bounds = arguments.argument(list(asked.bounds))
    parts = [
        (ONE_BY_ONE if cut.slot is None else SLOTS).format(
            slot=cut.slot,
            bounds=bounds,
            begins=arguments.argument(cut.begins),
            ends=arguments.argument(cut.ends),
        )
        for cut in pieces(asked.bounds, ("day", "hour", "quarter"))
    ]
    return asked, await look.rows(COUNTS.format(parts=" UNION ALL ".join(parts)), *arguments.arguments)
