"""Facts on their way into a real log, for tests of whatever reads it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from domain.codec import CODEC, Fact
from domain.tags import tags
from eventstore.appending import Appended, Item, StreamHead
from eventstore.facts import NewFact
from eventstore.hashing import EMPTY
from eventstore.postgres.store import PostgresStore
from runtime.notices import LOG_CHANNEL, NOTIFY

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COMMAND_ID = str(UUID(int=1))


class LogWriter:
    """Appends facts and remembers the head of each stream, as the only writer of a test may."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.store = PostgresStore(pool)
        self.pool = pool
        self._heads: dict[str, StreamHead] = {}

    async def append(self, stream: str, *facts: Fact, at: datetime = NOON) -> int:
        """The position of the last one."""
        return await self.append_new(stream, [encoded(fact) for fact in facts], at)

    async def append_new(self, stream: str, facts: list[NewFact], at: datetime = NOON) -> int:
        """The same, of facts as they are stored, which need not be any that the codec knows."""
        item = Item(stream, self._heads.get(stream, EMPTY), facts)
        (outcome,) = await self.store.append([item], at)
        assert isinstance(outcome, Appended)
        self._heads[stream] = outcome.head
        await self.pool.execute(NOTIFY, LOG_CHANNEL, "")
        return outcome.base + len(facts)

    async def append_many(self, histories: Mapping[str, Sequence[Fact]], at: datetime = NOON) -> None:
        """Several streams in one append."""
        items = [
            Item(stream, self._heads.get(stream, EMPTY), [encoded(fact) for fact in facts])
            for stream, facts in histories.items()
        ]
        for item, outcome in zip(items, await self.store.append(items, at), strict=True):
            assert isinstance(outcome, Appended)
            self._heads[item.stream] = outcome.head


def encoded(fact: Any) -> NewFact:
    name, version, data = CODEC.encode(fact)
    return NewFact(name, version, data, b"{}", tags(fact), COMMAND_ID)
