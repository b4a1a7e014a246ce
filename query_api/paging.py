"""Lists by keyset: a page begins after the last row of the one before, found by index however long the list is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.responses import Response

from query_api.conditions import Conditions
from query_api.reading import Read
from runtime.http.pages import LIMIT_DEFAULT, CursorText, Keyset, Limit, Skip

Column = tuple[str, Callable[[Any], Any]]
"""A column's name in the query, and how its value is read back from a cursor."""


@dataclass(frozen=True, slots=True)
class PageAsked:
    limit: int
    skip: int
    cursor: str | None


def page_asked(limit: Limit = LIMIT_DEFAULT, skip: Skip = 0, cursor: CursorText = None) -> PageAsked:
    """The query parameters of every list."""
    return PageAsked(limit, skip, cursor)


# Asynchronous, or the framework would have a thread call it.
async def _page_asked(limit: Limit = LIMIT_DEFAULT, skip: Skip = 0, cursor: CursorText = None) -> PageAsked:
    return page_asked(limit, skip, cursor)


Asked = Annotated[PageAsked, Depends(_page_asked)]


class Order:
    """A total order of a list: its last column is unique. `name` says which list in which order, for the cursor.

    Columns are named with their table's alias: a bare name would mean what is selected, which no index is on.
    """

    def __init__(self, name: str, *columns: Column, down: bool = False) -> None:
        self.columns = [column.rpartition(".")[2] for column, _ in columns]
        self.keyset = Keyset(name, tuple(read for _, read in columns))
        self.names = [column for column, _ in columns]
        places = ", ".join("{}" for _ in self.names)
        self.after = f"({', '.join(self.names)}) {'<' if down else '>'} ({places})"
        self._down = down
        self.by = self._sorted(self.names)

    def outside(self, alias: str = "") -> str:
        """The order of rows that are selected from a selection, with its alias and a dot if it needs one."""
        return self._sorted([f"{alias}{column}" for column in self.columns])

    def _sorted(self, columns: Sequence[str]) -> str:
        return ", ".join(f"{column} DESC" if self._down else column for column in columns)


async def answer_page(
    read: Read,
    select: str,
    conditions: Conditions,
    order: Order,
    *,
    asked: PageAsked,
    shape: Callable[[Any], dict[str, Any]],
) -> Response:
    """The page that was asked for of `select`, whose columns include those of `order`."""
    place = order.keyset.place(asked.cursor)
    if place is not None:
        conditions.add(order.after, *place)
    # One row more than asked for tells whether there is another page.
    limit, offset = conditions.argument(asked.limit + 1), conditions.argument(asked.skip)
    query = f"{select} {conditions.where} ORDER BY {order.by} LIMIT {limit} OFFSET {offset}"
    rows = await read.rows(query, *conditions.arguments)
    page, following = rows[: asked.limit], None
    if len(rows) > asked.limit:
        following = order.keyset.cursor(*(page[-1][column] for column in order.columns))
    return read.answer({"items": [shape(row) for row in page], "next": following})
