"""The rows of a question about revenue, in their order, read only as far as somebody takes them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from query_api.snapshot import Snapshot
from query_api.statistics.books import Asked, GroupBy
from query_api.statistics.filters import Filters
from query_api.statistics.groups import GROUPINGS, Grouping
from query_api.statistics.span import Span

CHUNK_MAX = 1_000
NO_KEY = UUID(int=0)

Place = tuple[UUID, datetime, str]
"""Of a row in its list: group, beginning of its period, currency."""


@dataclass(frozen=True, slots=True)
class RevenueRow:
    """`group` is None without grouping, `period` without periods."""

    place: Place
    group: Any
    period: dict[str, Any] | None
    sums: Any


@dataclass(frozen=True, slots=True)
class Question:
    group_by: GroupBy | None
    filters: Filters
    span: Span

    async def rows(
        self, look: Snapshot, after: Place | None, at_first: int
    ) -> AsyncIterator[list[RevenueRow]]:
        """All rows behind `after`, some at a time: by group, period and currency. `at_first` so many are wanted."""
        if self.span.periods == 0:
            return
        grouping = GROUPINGS[self.group_by] if self.group_by else None
        parts = (
            self._all(look, after, at_first)
            if grouping is None
            else self._grouped(look, grouping, after, at_first)
        )
        async for part in parts:
            yield [row for row in part if after is None or row.place > after]

    async def _all(self, look: Snapshot, after: Place | None, size: int) -> AsyncIterator[list[RevenueRow]]:
        """Window by window of the periods."""
        number = 0
        if after is not None:
            number = sum(bound <= after[1] for bound in self.span.bounds) - 1
        while number < self.span.periods:
            span = self.span.window(max(0, number), min(size, CHUNK_MAX))
            yield await self._read(look, replace(self, span=span), None, {})
            number, size = number + span.periods, size * 2

    async def _grouped(
        self, look: Snapshot, grouping: Grouping, after: Place | None, wanted: int
    ) -> AsyncIterator[list[RevenueRow]]:
        """Group by group: as many at once as should have the rows that are wanted, then ever more."""
        size = min(CHUNK_MAX, -(-wanted // self.span.periods))
        key = None if after is None else after[0]
        while True:
            groups = await grouping.after(look, self.filters, key, size + 1)
            these = {group["key"]: group for group in groups[:size]}
            yield await self._read(look, self, list(these), these)
            if len(groups) <= size:
                return
            key, size = groups[size]["key"], min(CHUNK_MAX, size * 2)

    @staticmethod
    async def _read(
        look: Snapshot, question: "Question", keys: list[UUID] | None, groups: dict[UUID, Any]
    ) -> list[RevenueRow]:
        span = question.span
        asked = Asked(question.group_by, question.filters, span, keys)
        statement, arguments = asked.statement()
        found = []
        for row in await look.rows(statement, *arguments):
            number = row["number"] - 1
            key = NO_KEY if row["key"] is None else UUID(int=row["key"].int)
            place = key, span.bounds[number], row["currency"]
            found.append(RevenueRow(place, groups.get(row["key"]), span.period(number), row))
        return found
