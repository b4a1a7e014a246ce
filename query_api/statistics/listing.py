"""A statistic that is a list in a total order: a page of it as JSON, or all of it as CSV, out of the same rows."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from query_api.paging import PageAsked
from query_api.snapshot import Snapshot
from runtime.http.csv_cells import Cell
from runtime.http.pages import Keyset

AT_A_TIME = 1_000


class Reading(Protocol):
    """Reads rows behind the place, which may be None, so many at most; the first ones left out."""

    async def __call__(self, look: Snapshot, after: Any, limit: int, skip: int) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True)
class Listing:
    """`place` is where a row stands in the order, `shape` the row in the API's words, `cells` the same for the columns
    `header` of a CSV file.
    """

    keyset: Keyset
    read: Reading
    place: Callable[[Any], tuple[Any, ...]]
    shape: Callable[[Any], dict[str, Any]]
    header: Sequence[str]
    cells: Callable[[Any], Sequence[Cell]]

    async def page(self, look: Snapshot, asked: PageAsked) -> dict[str, Any]:
        """`items`, and where they go on."""
        rows = await self.read(look, self.keyset.place(asked.cursor), asked.limit + 1, asked.skip)
        shown, following = rows[: asked.limit], None
        if len(rows) > asked.limit:
            following = self.keyset.cursor(*self.place(shown[-1]))
        return {"items": [self.shape(row) for row in shown], "next": following}

    async def csv_rows(self, look: Snapshot) -> AsyncIterator[list[Sequence[Cell]]]:
        """All rows, page by page."""
        after: Any = None
        while rows := await self.read(look, after, AT_A_TIME, 0):
            yield [self.cells(row) for row in rows]
            after = self.place(rows[-1])
