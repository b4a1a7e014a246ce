"""How sales went on: sums of each period, empty ones too, and what they come to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from query_api.snapshot import Snapshot
from query_api.statistics.books import Asked
from query_api.statistics.calendar import Period
from query_api.statistics.filters import Filters, calendar
from query_api.statistics.known_time import known_time
from query_api.statistics.span import NOTHING, Span, span

COLUMNS = ("bookings", "tickets", "gross", "refunded")
NONE = dict.fromkeys(COLUMNS, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One period in one currency, and all up to its end."""

    number: int
    begin: datetime
    currency: str
    sums: Any
    total: dict[str, int]


@dataclass(frozen=True, slots=True)
class Course:
    """`before` are the sums of what came before the first period, by currency; `sums` those by period and currency."""

    span: Span
    before: dict[str, Any]
    sums: dict[tuple[int, str], Any]

    def steps(self) -> Iterator[Step]:
        """In order of time, then of currency."""
        totals = {
            currency: {column: sums[column] for column in COLUMNS} for currency, sums in self.before.items()
        }
        for number in range(self.span.periods):
            for currency in sorted(totals):
                sums = self.sums.get((number, currency), NONE)
                total = {column: totals[currency][column] + sums[column] for column in COLUMNS}
                totals[currency] = total
                yield Step(number, self.span.bounds[number], currency, sums, total)


SHOW = "SELECT timezone, on_sale_since, currency FROM projections.sales_shows WHERE show_id = $1"


async def course_of(look: Snapshot, filters: Filters, period: Period, zone: str | None) -> Course:
    """Since it went on sale until now, within what `filters` say. Raises Problem 422 for too many periods."""
    shows = [] if filters.event_id is None else await look.rows(SHOW, filters.event_id)
    known = await known_time(look, filters)
    first = min(
        (*(show["on_sale_since"] for show in shows if show["on_sale_since"]), *(known or ())[:1]),
        default=None,
    )
    if first is None:
        return Course(NOTHING, {}, {})
    begin, before_end = filters.sold_from or first, look.now
    if known is not None:
        before_end = max(before_end, known[1])
    if filters.sold_before is not None:
        before_end = filters.sold_before - timedelta(microseconds=1)
    if begin > before_end:
        return Course(NOTHING, {}, {})
    by = calendar(period, zone or next((show["timezone"] for show in shows), "UTC"))
    asked = span(by, (begin, before_end), filters.sold_from, filters.sold_before)
    rows = await _sums(look, filters, asked)
    earlier = Span(None, [min(first, known[0] if known else first), asked.bounds[0]])
    before = await _sums(look, filters, earlier) if earlier.bounds[0] < earlier.bounds[1] else []
    currencies = {row["currency"] for row in (*rows, *before)} | {show["currency"] for show in shows}
    return Course(
        asked,
        {**dict.fromkeys(currencies, NONE), **{row["currency"]: row for row in before}},
        {(row["number"] - 1, row["currency"]): row for row in rows},
    )


async def _sums(look: Snapshot, filters: Filters, asked: Span) -> Iterable[Any]:
    whole = replace(filters, sold_from=None, sold_before=None)
    statement, arguments = Asked(None, whole, asked).statement()
    return await look.rows(statement, *arguments)
