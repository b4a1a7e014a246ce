"""Lists by keyset: a page begins after the last row of the one before, found by index however long the list is."""

from collections.abc import Awaitable, Callable, Sequence
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
        names = [column for column, _ in columns]
        places = ", ".join("{}" for _ in names)
        self.after = f"({', '.join(names)}) {'<' if down else '>'} ({places})"
        self.by = _sorted(names, down)
        self.outside = _sorted(self.columns, down)


def _sorted(columns: Sequence[str], down: bool) -> str:
    return ", ".join(f"{column} DESC" if down else column for column in columns)


PART = "({select} {where} ORDER BY {by} LIMIT {limit})"
APART = "SELECT * FROM ({parts}) AS parts ORDER BY {by}"


async def answer_page(
    read: Read,
    select: str,
    conditions: Conditions,
    order: Order,
    *,
    asked: PageAsked,
    shape: Callable[[Any], dict[str, Any]],
    apart: Sequence[str] = (),
    amend: Callable[[Read, Sequence[Any]], Awaitable[Sequence[Any]]] | None = None,
) -> Response:
    """The page that was asked for of `select`, whose columns include those of `order`.

    `apart` are conditions of which no two hold for one row: rows that meet one of them are listed, and each is looked
    for by itself, so that each may have the index that suits it. Where the rows alone do not say all, `amend` makes of
    those of the page what `shape` is to be given.
    """
    place = order.keyset.place(asked.cursor)
    if place is not None:
        conditions.add(order.after, *place)
    # One row more than asked for tells whether there is another page.
    limit, offset = conditions.argument(asked.limit + 1), conditions.argument(asked.skip)
    if apart:
        enough = conditions.argument(asked.skip + asked.limit + 1)
        parts = (
            PART.format(select=select, where=conditions.where_also(one), by=order.by, limit=enough)
            for one in apart
        )
        query = APART.format(parts=" UNION ALL ".join(parts), by=order.outside)
    else:
        query = f"{select} {conditions.where} ORDER BY {order.by}"
    query = f"{query} LIMIT {limit} OFFSET {offset}"
    rows = await read.rows(query, *conditions.arguments)
    page, following = rows[: asked.limit], None
    if len(rows) > asked.limit:
        following = order.keyset.cursor(*(page[-1][column] for column in order.columns))
    shown = page if amend is None else await amend(read, page)
    return read.answer({"items": [shape(row) for row in shown], "next": following})
