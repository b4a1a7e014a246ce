"""Look at each stream once: hundreds of events copy the plans of a few venues and the prices of a few ticket types."""

from eventstore.facts import RecordedFact
from eventstore.store import LogReader


class ReadOnce:
    """A reader of streams as they stood when they were first looked at; for as long as one import takes."""

    def __init__(self, log: LogReader) -> None:
        self._log = log
        self._pages: dict[tuple[str, int, int], list[RecordedFact]] = {}

    async def read_stream(self, stream: str, after: int = 0, limit: int = 5_000) -> list[RecordedFact]:
        asked = (stream, after, limit)
        if asked not in self._pages:
            self._pages[asked] = await self._log.read_stream(stream, after, limit)
        return self._pages[asked]

    async def read_log(self, after: int, limit: int) -> list[RecordedFact]:
        return await self._log.read_log(after, limit)

    async def read_tag(self, tag: str) -> list[RecordedFact]:
        return await self._log.read_tag(tag)

    async def last_position(self) -> int:
        return await self._log.last_position()
