"""How many customers came for the first time, and how many of them again."""

from datetime import datetime
from typing import Any

from query_api.conditions import Conditions
from query_api.snapshot import Snapshot
from query_api.statistics.pieces import Pieces, pieces
from query_api.statistics.span import NOTHING, Span, span
from runtime.calendar import Calendar

KNOWN = """SELECT min(slot), max(slot) + interval '15 minutes' - interval '1 microsecond'
           FROM projections.sales_first_purchases_by_quarter"""

COUNTS = """SELECT p.number, sum(p.customers)::bigint AS customers, sum(p.came_again)::bigint AS came_again
            FROM ({parts}) AS p WHERE p.number BETWEEN 1 AND {periods} GROUP BY p.number
            HAVING sum(p.customers) > 0 ORDER BY p.number"""

SLOTS = """SELECT n.number, n.times * t.customers AS customers, n.times * t.came_again AS came_again
           FROM unnest({begins}::timestamptz[], {ends}::timestamptz[]) AS r (low, high)
           JOIN projections.sales_first_purchases_by_{slot} AS t ON t.slot >= r.low AND t.slot < r.high
           CROSS JOIN LATERAL (VALUES {numbers}) AS n (number, times)"""

# What a bound cuts within a quarter of an hour is counted one by one: it may be all there is, so it names its columns.
ONE_BY_ONE = """SELECT n.number, n.times AS customers, n.times * (t.purchases > 1)::integer AS came_again
                FROM unnest({begins}::timestamptz[], {ends}::timestamptz[]) AS r (low, high)
                JOIN projections.sales_customers AS t ON t.bought_at >= r.low AND t.bought_at < r.high
                CROSS JOIN LATERAL (VALUES {numbers}) AS n (number, times) WHERE t.purchases > 0"""
NUMBER = "(width_bucket(t.{at}, {bounds}::timestamptz[]), {times})"


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
    parts = [_part(cut, arguments) for cut in pieces(asked.bounds, ("day", "quarter"))]
    query = COUNTS.format(parts=" UNION ALL ".join(parts), periods=arguments.argument(asked.periods))
    return asked, await look.rows(query, *arguments.arguments)


def _part(cut: Pieces, arguments: Conditions) -> str:
    at = "bought_at" if cut.slot is None else "slot"
    numbers = [NUMBER.format(at=at, bounds=arguments.argument(cut.bounds), times=1)]
    if cut.counted is not None:
        numbers.append(NUMBER.format(at=at, bounds=arguments.argument(cut.counted), times=-1))
    return (ONE_BY_ONE if cut.slot is None else SLOTS).format(
        slot=cut.slot,
        begins=arguments.argument(cut.begins),
        ends=arguments.argument(cut.ends),
        numbers=", ".join(numbers),
    )
