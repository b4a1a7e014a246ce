"""The rows of a question about revenue, in their order, read only as far as somebody takes them."""

from bisect import bisect_right
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from query_api.snapshot import Snapshot
from query_api.statistics.books import Asked, GroupBy
from query_api.statistics.filters import Filters
from query_api.statistics.groups import GROUPINGS, Grouping
from query_api.statistics.span import Span

CHUNK_MAX = 1_000
GROUPS_AHEAD = 50
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

    async def rows(self, look: Snapshot, after: Place | None, wanted: int) -> AsyncIterator[list[RevenueRow]]:
        """All rows behind `after`, some at a time: by group, period and currency. `wanted` are how many will do."""
        if self.span.periods == 0:
            return
        grouping = GROUPINGS[self.group_by] if self.group_by else None
        if grouping is None:
            parts = self._windows(look, after, wanted, None)
        elif self.span.periods < wanted:
            parts = self._whole_groups(look, grouping, after, wanted)
        else:
            parts = self._single_groups(look, grouping, after, wanted)
        async for part in parts:
            yield [row for row in part if after is None or row.place > after]

    async def _whole_groups(
        self, look: Snapshot, grouping: Grouping, after: Place | None, wanted: int
    ) -> AsyncIterator[list[RevenueRow]]:
        """As many groups at once as should have the rows that are wanted, then ever more."""
        size = min(CHUNK_MAX, -(-wanted // self.span.periods))
        key = None if after is None else after[0]
        while True:
            groups = await grouping.after(look, self.filters, key, size + 1)
            yield await self._read(look, self.span, {group["key"]: group for group in groups[:size]})
            if len(groups) <= size:
                return
            key, size = groups[size]["key"], min(CHUNK_MAX, size * 2)

    async def _single_groups(
        self, look: Snapshot, grouping: Grouping, after: Place | None, wanted: int
    ) -> AsyncIterator[list[RevenueRow]]:
        """One group has more periods than are wanted: it is read by itself, and not to its end unless it has to be."""
        key = None if after is None else after[0]
        while groups := await grouping.after(look, self.filters, key, GROUPS_AHEAD + 1):
            for group in groups[:GROUPS_AHEAD]:
                since = after if after is not None and group["key"] == after[0] else None
                async for part in self._windows(look, since, wanted, {group["key"]: group}):
                    yield part
            if len(groups) <= GROUPS_AHEAD:
                return
            key = groups[-1]["key"]

    async def _windows(
        self, look: Snapshot, after: Place | None, size: int, groups: dict[UUID, Any] | None
    ) -> AsyncIterator[list[RevenueRow]]:
        """Some periods at a time, from the one that `after` is in, and ever more where there is little in them."""
        number = 0 if after is None else max(0, bisect_right(self.span.bounds, after[1]) - 1)
        while number < self.span.periods:
            window = self.span.window(number, size)
            yield await self._read(look, window, groups)
            number, size = number + window.periods, size * 4

    async def _read(self, look: Snapshot, span: Span, groups: dict[UUID, Any] | None) -> list[RevenueRow]:
        keys = None if groups is None else list(groups)
        statement, arguments = Asked(self.group_by, self.filters, span, keys).statement()
        found = []
        for row in await look.rows(statement, *arguments):
            number = row["number"] - 1
            key = NO_KEY if row["key"] is None else UUID(int=row["key"].int)
            place = key, span.bounds[number], row["currency"]
            found.append(RevenueRow(place, groups[row["key"]] if groups else None, span.period(number), row))
        return found
