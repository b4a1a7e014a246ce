"""How sales went on: sums of each period, empty ones too, and what they come to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from query_api.conditions import Conditions
from query_api.snapshot import Snapshot
from query_api.statistics.books import Asked
from query_api.statistics.filters import Filters, calendar
from query_api.statistics.known_time import known_time, with_venues
from query_api.statistics.span import NOTHING, Span, span
from runtime.calendar import Period

COLUMNS = ("bookings", "tickets", "gross", "refunded")
NONE = dict.fromkeys(COLUMNS, 0)

Totals = dict[str, dict[str, int]]
"""By currency."""


@dataclass(frozen=True, slots=True)
class Step:
    """One period in one currency, and all up to its end."""

    begin: datetime
    period: dict[str, Any] | None
    currency: str
    sums: Any
    total: dict[str, int]


@dataclass(frozen=True, slots=True)
class Course:
    """`first` is when the first sale may have been; there are rows of each of `currencies`."""

    filters: Filters
    span: Span
    first: datetime
    currencies: list[str]

    async def steps(self, look: Snapshot, number: int, at_a_time: int) -> AsyncIterator[list[Step]]:
        """From the period `number` on, so many periods at a time: in order of time, then of currency."""
        totals: Totals = {currency: dict(NONE) for currency in self.currencies}
        if number < self.span.periods and self.first < self.span.bounds[number]:
            for row in await _sums(look, self.filters, Span(None, [self.first, self.span.bounds[number]])):
                totals[row["currency"]] = {column: row[column] for column in COLUMNS}
        while number < self.span.periods:
            window = self.span.window(number, at_a_time)
            rows = await _sums(look, self.filters, window)
            yield self._window(window, {(row["number"] - 1, row["currency"]): row for row in rows}, totals)
            number += window.periods

    def _window(self, window: Span, found: dict[tuple[int, str], Any], totals: Totals) -> list[Step]:
        steps = []
        for number in range(window.periods):
            period = window.period(number)
            for currency in self.currencies:
                sums, so_far = found.get((number, currency), NONE), totals[currency]
                totals[currency] = {column: so_far[column] + sums[column] for column in COLUMNS}
                steps.append(Step(window.bounds[number], period, currency, sums, totals[currency]))
        return steps


SHOW = "SELECT s.timezone, s.on_sale_since, s.currency FROM projections.sales_shows AS s {where}"


async def course_of(look: Snapshot, asked: Filters, period: Period, zone: str | None) -> Course:
    """Since it went on sale until now, within what is asked for. Raises Problem 422 for too many periods."""
    filters = await with_venues(look, asked)
    shows = [] if filters.event_id is None else await _show(look, filters)
    known = await known_time(look, filters)
    since = [show["on_sale_since"] for show in shows if show["on_sale_since"] is not None]
    if not since and known is None:
        return Course(filters, NOTHING, look.now, [])
    first = min([*since, *(known or ())[:1]])
    last = max([look.now, *(known or ())[1:]])
    begin = filters.sold_from or first
    end = last if filters.sold_before is None else filters.sold_before - timedelta(microseconds=1)
    if begin > end:
        return Course(filters, NOTHING, first, [])
    by = calendar(period, zone or next((show["timezone"] for show in shows), "UTC"))
    found = span(by, (begin, end), filters.sold_from, filters.sold_before)
    # Of the whole time, so that every page has rows of the same currencies.
    whole = await _sums(look, filters, span(None, (first, last), None, None))
    currencies = {row["currency"] for row in whole} | {show["currency"] for show in shows}
    return Course(filters, found, first, sorted(currencies))


async def _show(look: Snapshot, filters: Filters) -> list[Any]:
    asked = Conditions()
    asked.add("s.show_id = {}", filters.event_id)
    asked.add_all(filters.sight.conditions("s.show_id"))
    return await look.rows(SHOW.format(where=asked.where), *asked.arguments)


async def _sums(look: Snapshot, filters: Filters, time: Span) -> list[Any]:
    whole = replace(filters, sold_from=None, sold_before=None)
    statement, arguments = Asked(None, whole, time).statement()
    return await look.rows(statement, *arguments)
