"""Rows that are all there at once, for a stream."""

from collections.abc import AsyncIterator, Iterable, Sequence

from runtime.http.csv_cells import Cell

Rows = Iterable[Sequence[Cell]]


async def one_part(rows: Rows) -> AsyncIterator[Rows]:
    yield rows
