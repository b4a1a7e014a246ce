"""A statistic as an answer: JSON, or a CSV file that is written while it is read; both out of one snapshot."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from query_api.sight import Sight, sight_of
from query_api.snapshot import Snapshot, snapshot
from runtime.http.csv_cells import Cell
from runtime.http.csv_stream import CsvStream
from runtime.http.csv_wanted import wants_csv
from runtime.privacy.keyring import Keyring, opened_with, people_in

Rows = Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Csv:
    """A file called `name`, whose rows come in `parts`, some at a time."""

    name: str
    header: Sequence[str]
    parts: AsyncIterator[Rows]


Tell = Callable[[Snapshot, bool], Awaitable[dict[str, Any] | Csv]]
"""Given the state of the tables and whether CSV is wanted: the answer, but for its position."""


async def answer_table(
    request: Request,
    asked: Literal["json", "csv"] | None,
    tell: Tell,
    *projectors: str,
    sight: Sight | None = None,
) -> Response:
    """200 with what `tell` says of the tables of `projectors`. Raises what it raises, and what `snapshot` does.

    `tell` is held to what the caller sees, or to `sight` where it is known already that they see what is asked for.
    """
    csv = wants_csv(request, asked)
    seen = sight_of(request) if sight is None else sight
    async with AsyncExitStack() as stack:
        look = await stack.enter_async_context(snapshot(request, *projectors, sight=seen, export=csv))
        told = await tell(look, csv)
        if isinstance(told, Csv):
            # Read as it is sent: the snapshot is let go at the end of the file.
            parts = opened_rows(told.parts, look.keyring)
            return CsvStream(told.name, told.header, parts, stack.pop_all(), look.headers)
        return await look.answer({**told, "as_of_position": look.position})
    raise AssertionError("a snapshot swallows nothing")


async def opened_rows(parts: AsyncIterator[Rows], keyring: Keyring) -> AsyncIterator[Rows]:
    """The same rows with what is about people in the clear: before anything is quoted, and cell by cell, so that what
    somebody is called can neither begin a formula nor end its cell.
    """
    async for rows in parts:
        part = list(rows)
        people = {whose for row in part for each in row if isinstance(each, str) for whose in people_in(each)}
        if people:
            keys = await keyring.keys(people)
            part = [
                [opened_with(keys, each) if isinstance(each, str) else each for each in row] for row in part
            ]
        yield part


async def one_part(rows: Rows) -> AsyncIterator[Rows]:
    """Rows that are all there at once."""
    yield rows
