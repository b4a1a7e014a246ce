"""A CSV file that is written while it is read."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack

from runtime.http.csv_cells import Cell, csv_text
from runtime.http.csv_wanted import MEDIA_TYPE
from runtime.http.file_stream import STALL_SECONDS, FileStream

Rows = Iterable[Sequence[Cell]]


class CsvStream(FileStream):
    """`parts` are the rows, some at a time."""

    def __init__(
        self,
        name: str,
        header: Sequence[str],
        parts: AsyncIterator[Rows],
        holding: AsyncExitStack,
        headers: Mapping[str, str],
        *,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        super().__init__(
            f"{name}.csv",
            f"{MEDIA_TYPE}; charset=utf-8; header=present",
            _written(header, parts),
            holding,
            headers,
            stall_seconds=stall_seconds,
        )


async def _written(header: Sequence[str], parts: AsyncIterator[Rows]) -> AsyncIterator[bytes]:
    yield csv_text([header]).encode()
    async for rows in parts:
        yield csv_text(rows).encode()
