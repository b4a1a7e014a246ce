"""Facts into the log by the store's own append, in batches: while one is written the next one is made."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg

from cli.stopped import Stopped
from domain.codec import CODEC
from domain.tags import tags
from eventstore.appending import Appended, Item, StreamHead
from eventstore.facts import NewFact
from eventstore.hashing import EMPTY, canonical
from eventstore.postgres.store import PostgresStore
from runtime.ids import new_id

TAGS = "SELECT pg_get_indexdef('eventstore.events_tags'::regclass)"

METADATA = canonical({"by": {"id": "bench", "role": "admin"}, "command": "WriteSeason"})


@asynccontextmanager
async def in_bulk(database: asyncpg.Connection) -> AsyncIterator[None]:
    """As one loads a great deal: no commit waits for the disk, and the index by tag is made at the end, as it was."""
    index = await database.fetchval(TAGS)
    await database.execute("SET synchronous_commit = off")
    await database.execute("DROP INDEX eventstore.events_tags")
    try:
        yield
    finally:
        await database.execute(index)
        await database.execute("ANALYZE eventstore.events")
        await database.execute("RESET synchronous_commit")


class Writing:
    """Appends batch after batch, and knows where every stream stands. One at a time is under way."""

    def __init__(self, database: asyncpg.Connection) -> None:
        self.facts = 0
        self._store = PostgresStore(database)
        self._heads: dict[str, StreamHead] = {}
        self._under_way: asyncio.Task[None] | None = None

    async def write(self, streams: Mapping[str, Sequence[Any]], at: datetime) -> None:
        """Facts by stream, as one append, if there are any. Returns when the append before it has been carried out."""
        encoded = {stream: await self._encoded(facts) for stream, facts in streams.items()}
        await self.done()
        items = [Item(stream, self._heads.get(stream, EMPTY), facts) for stream, facts in encoded.items()]
        self._under_way = asyncio.create_task(self._append(items, at))

    async def done(self) -> None:
        """Everything is written."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            await under_way

    async def _encoded(self, facts: Sequence[Any]) -> list[NewFact]:
        # The append under way has megabytes to send meanwhile, and needs the loop for it.
        await asyncio.sleep(0)
        return [_encoded(fact) for fact in facts]

    async def _append(self, items: Sequence[Item], at: datetime) -> None:
        for item, outcome in zip(items, await self._store.append(items, at), strict=True):
            if not isinstance(outcome, Appended):
                raise Stopped(f"the season could not be written: {item.stream} {outcome}")
            self._heads[item.stream] = outcome.head
            self.facts += len(item.facts)


def _encoded(fact: Any) -> NewFact:
    name, version, data = CODEC.encode(fact)
    return NewFact(name, version, data, METADATA, tags(fact), new_id())


def batches(streams: Iterable[tuple[str, Sequence[Any]]], size: int) -> Iterable[dict[str, Sequence[Any]]]:
    """So many streams at a time."""
    batch: dict[str, Sequence[Any]] = {}
    for stream, facts in streams:
        batch[stream] = facts
        if len(batch) == size:
            yield batch
            batch = {}
    if batch:
        yield batch
