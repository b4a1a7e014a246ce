"""The log in Postgres."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import asyncpg
import asyncpg.pool

from eventstore.appending import Appended, Conflict, Item, KnownCommand, NewCommand, Outcome, StreamHead
from eventstore.facts import RecordedFact
from eventstore.hashing import chain
from eventstore.postgres import commands, item_by_item, whole
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.turns import Turn, turn
from eventstore.store import AnotherHistory

LOG_ID = 1

# A lost race on a command, or a deadlock with DDL, rolls the whole call back and says so: it is safe to repeat.
_REPEAT_MAX = 5

# PostgreSQL's calendar is longer than Python's. A time beyond Python's, which no append wrote, is read as another one,
# so that the fact fails its verification and not whoever reads it.
RECORDED_AT = "greatest('0001-01-02Z', least('9999-12-30Z', recorded_at))"
FACT = f"""position, stream, version, name, schema_version, data::text, metadata::text, tags, command_id::text,
           {RECORDED_AT}, hash"""

READ_LOG = f"""SELECT {FACT} FROM eventstore.events
               WHERE log_id = $1 AND position > $2 ORDER BY position LIMIT $3"""  # noqa: S608 - our own column list

READ_STREAM = f"""SELECT {FACT} FROM eventstore.events
                  WHERE log_id = $1 AND stream = $2 AND version > $3 ORDER BY version LIMIT $4"""  # noqa: S608 - our own column list

READ_TAG = f"""SELECT {FACT} FROM eventstore.events
               WHERE log_id = $1 AND tags @> ARRAY[$2::text] ORDER BY position"""  # noqa: S608 - our own column list

# An aggregate and not ORDER BY ... LIMIT 1, which could tempt the planner to walk the log looking for a rare tag.
STREAM_OF_TAG = """SELECT (array_agg(stream ORDER BY position))[1] FROM eventstore.events
                   WHERE log_id = $1 AND tags @> ARRAY[$2::text]"""

LAST_POSITION = "SELECT last_position FROM eventstore.log WHERE log_id = $1"

FIND_COMMANDS = """SELECT command_id::text, fingerprint, answer::text, position
                   FROM eventstore.commands WHERE log_id = $1 AND command_id = ANY ($2::uuid[])"""

STREAM_VERSION = "SELECT version FROM eventstore.streams WHERE log_id = $1 AND stream = $2"

# What is found may be visible and yet not where it must be to last: a commit that waited for a synchronous stand-by is
# seen by all when its session is told to stop waiting. A commit after it waits for everything before.
CONFIRM = "SELECT pg_logical_emit_message(true, 'seatledger', '')"


class PostgresStore:
    """Reads and appends over a pool, or within one transaction when given its connection.

    With a `turn` the first append that writes anything ends it.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool | asyncpg.Connection | asyncpg.pool.PoolConnectionProxy",
        turn: Turn | None = None,
    ) -> None:
        self._pool = pool
        self._turn = turn

    async def append(self, items: Sequence[Item], recorded_at: datetime) -> list[Outcome]:
        hashes = [chain(item.after, item.stream, item.facts, recorded_at) for item in items]
        heads = [_head(item, links) for item, links in zip(items, hashes, strict=True)]
        if whole.is_ordinary(items):
            [[base]] = await self._append(
                whole.APPEND, whole.APPEND_LAST, whole.arguments(LOG_ID, recorded_at, items, hashes)
            )
            if base is not None:
                return _appended(base, items, heads)
            if len(items) == 1 and (conflict := await self._conflict(items[0])):
                return [conflict]
        return await self._append_item_by_item(items, recorded_at, heads, hashes)

    async def _conflict(self, item: Item) -> Conflict | None:
        """What stands in the way of one item, if it is only that somebody else was first: several processes that write
        one stream meet it often, and to send all facts once more would cost them as much as the append.
        """
        if item.commands:
            return None
        with unavailable_is_said():
            version = await self._pool.fetchval(STREAM_VERSION, LOG_ID, item.stream)
        return None if version is None or version == item.after.version else Conflict(version)

    async def _append_item_by_item(
        self,
        items: Sequence[Item],
        recorded_at: datetime,
        heads: Sequence[StreamHead],
        hashes: Sequence[Sequence[bytes]],
    ) -> list[Outcome]:
        """What cannot be written as a whole: some of it perhaps, and of the rest it is said why not."""
        writes = any(item.facts or item.commands for item in items)
        try:
            rows = await self._append(
                item_by_item.APPEND,
                item_by_item.APPEND_LAST if writes else None,
                item_by_item.arguments(LOG_ID, recorded_at, items, heads, hashes),
            )
        except asyncpg.DataCorruptedError as error:
            raise AnotherHistory(str(error)) from error
        return [item_by_item.outcome(row, head) for row, head in zip(rows, heads, strict=True)]

    async def _append(self, statement: str, last: str | None, arguments: list[Any]) -> list[Any]:
        """By `last`, where there is one, if it is the last of a turn."""
        turn = self._turn
        if turn is not None and last is not None and not turn.is_given_up:
            # When this fails the turn is over nevertheless, and what it was to write is tried without.
            with suppress(asyncpg.SerializationError, asyncpg.DeadlockDetectedError), unavailable_is_said():
                return await self._pool.fetch(last, *arguments, *turn.give_up())
        attempt = 1
        while True:
            try:
                with unavailable_is_said():
                    return await self._pool.fetch(statement, *arguments)
            except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
                if attempt == _REPEAT_MAX:
                    raise
                attempt += 1

    async def find_commands(self, command_ids: Sequence[str]) -> dict[str, KnownCommand]:
        return await commands.find(self._pool, LOG_ID, command_ids)

    async def remember(
        self, answered: Sequence[NewCommand], recorded_at: datetime
    ) -> dict[str, KnownCommand]:
        return await commands.remember(self._pool, LOG_ID, answered, recorded_at)

    async def read_log(self, after: int, limit: int) -> list[RecordedFact]:
        return await self._facts(READ_LOG, LOG_ID, after, limit)

    async def read_stream(self, stream: str, after: int = 0, limit: int = 5_000) -> list[RecordedFact]:
        return await self._facts(READ_STREAM, LOG_ID, stream, after, limit)

    async def read_tag(self, tag: str) -> list[RecordedFact]:
        return await self._facts(READ_TAG, LOG_ID, tag)

    async def stream_of_tag(self, tag: str) -> str | None:
        with unavailable_is_said():
            stream: str | None = await self._pool.fetchval(STREAM_OF_TAG, LOG_ID, tag)
        return stream

    async def last_position(self) -> int:
        with unavailable_is_said():
            position: int = await self._pool.fetchval(LAST_POSITION, LOG_ID)
        return position

    @asynccontextmanager
    async def turn(self, stream: str) -> AsyncIterator["PostgresStore"]:
        if not isinstance(self._pool, asyncpg.Pool):
            raise TypeError(
                "turns are taken over a pool: whose connection this is holds no lock of the session"
            )
        async with turn(self._pool, stream) as mine:
            yield PostgresStore(mine.connection, mine)

    async def _facts(self, query: str, *arguments: object) -> list[RecordedFact]:
        with unavailable_is_said():
            rows = await self._pool.fetch(query, *arguments)
        return [recorded(row) for row in rows]


def recorded(row: Any) -> RecordedFact:
    """The fact in a row that begins with the columns `FACT`."""
    position, stream, version, name, schema, data, metadata, tags, command, recorded_at, digest = row[:11]
    return RecordedFact(
        position, stream, version, name, schema, data, metadata, tuple(tags), command, recorded_at, digest
    )


def _head(item: Item, hashes: Sequence[bytes]) -> StreamHead:
    """Where the item's stream stands after it."""
    return StreamHead(item.after.version + len(item.facts), hashes[-1] if hashes else item.after.hash)


def _appended(base: int, items: Sequence[Item], heads: Sequence[StreamHead]) -> list[Outcome]:
    """All of them, one after the other, from the position `base` on."""
    outcomes: list[Outcome] = []
    for item, head in zip(items, heads, strict=True):
        outcomes.append(Appended(head, base))
        base += len(item.facts)
    return outcomes
