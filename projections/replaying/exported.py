"""An export as the source of a replay."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from eventstore.facts import RecordedFact
from eventstore.offline.file import opened
from eventstore.offline.lines import NotAnExport, header_of
from eventstore.offline.recorded import recorded_facts
from eventstore.postgres.log_pages import BYTES_MAX, LogPage


class Export:
    """A file is read from its beginning to its end; whoever asks for an earlier page has it opened once more.
    `last_hash` is that of the last fact that was read.

    Every question raises `NotAnExport`, also where the file cannot be read. Use it as a context.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open = ExitStack()
        self._facts: Iterator[RecordedFact] = iter(())
        self._at = 0
        self._end: int | None = None
        self.last_hash = b""

    def __enter__(self) -> "Export":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    async def head(self) -> int:
        if self._end is None:
            with _said(), opened(self._path) as (lines, _):
                self._end = header_of(next(lines, b"").rstrip(b"\n")).to
        return self._end

    async def position_at(self, moment: datetime) -> int:
        return await asyncio.to_thread(self._position_at, moment)

    def _position_at(self, moment: datetime) -> int:
        with _said(), opened(self._path) as (lines, _):
            return sum(1 for _ in takewhile(lambda fact: fact.recorded_at <= moment, recorded_facts(lines)))

    async def page(self, after: int, unwanted: Collection[str], facts_max: int, to: int) -> LogPage:
        # In a thread: to unpack and parse a page takes as long as to apply it.
        return await asyncio.to_thread(self._page, after, frozenset(unwanted), facts_max, to)

    def _page(self, after: int, unwanted: frozenset[str], facts_max: int, to: int) -> LogPage:
        with _said():
            return self._read(after, unwanted, facts_max, to)

    def _read(self, after: int, unwanted: frozenset[str], facts_max: int, to: int) -> LogPage:
        if after == 0 or self._at > after:
            self._rewind()
        facts: list[RecordedFact] = []
        size = 0
        while self._at < to and len(facts) < facts_max and size < BYTES_MAX:
            fact = next(self._facts, None)
            if fact is None:
                raise NotAnExport(f"this export ends before position {to:,}")
            self._at, self.last_hash = fact.position, fact.hash
            if fact.position > after and fact.name not in unwanted:
                facts.append(fact)
                size += len(fact.data)
        return LogPage(facts, self._at, to)

    def _rewind(self) -> None:
        self._open.close()
        lines, _ = self._open.enter_context(opened(self._path))
        self._facts, self._at = recorded_facts(lines), 0


@contextmanager
def _said() -> Iterator[None]:
    """A file that cannot be read is not the database's fault."""
    try:
        yield
    except OSError as error:
        raise NotAnExport(str(error)) from None
