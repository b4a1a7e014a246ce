"""The log in Postgres."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import asyncpg.pool

from eventstore.appending import (
    Appended,
    Conflict,
    Duplicate,
    Item,
    KnownCommand,
    NewCommand,
    Outcome,
    StreamHead,
)
from eventstore.facts import RecordedFact
from eventstore.hashing import chain
from eventstore.postgres import commands
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.turns import WITH_THE_COMMIT, Turn, turn
from eventstore.store import AnotherHistory

LOG_ID = 1

# A lost race on a command, or a deadlock with DDL, rolls the whole call back and says so: it is safe to repeat.
_REPEAT_MAX = 5

# PostgreSQL's calendar is longer than Python's. A time beyond Python's, which no append wrote, is read as another one,
# so that the fact fails its verification and not whoever reads it.
RECORDED_AT = "greatest('0001-01-02Z', least('9999-12-30Z', recorded_at))"
FACT = f"""position, stream, version, name, schema_version, data::text, metadata::text, tags, command_id::text,
           {RECORDED_AT}, hash"""

CALL = f"eventstore.append({', '.join(f'${n}' for n in range(1, 22))})"

APPEND = f"SELECT outcome, version, base, duplicates FROM {CALL}"  # noqa: S608 - numbers only

APPEND_LAST = f"""WITH turn AS MATERIALIZED ({WITH_THE_COMMIT})
                  SELECT outcome, version, base, duplicates FROM turn, {CALL}"""  # noqa: S608 - numbers only

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
        arguments, heads = _columns(items, recorded_at)
        writes = any(item.facts or item.commands for item in items)
        try:
            rows = await (self._append_last(arguments) if writes else self._append(arguments))
        except asyncpg.DataCorruptedError as error:
            raise AnotherHistory(str(error)) from error
        return [_outcome(row, head) for row, head in zip(rows, heads, strict=True)]

    async def _append_last(self, arguments: list[Any]) -> list[Any]:
        """The last one of a turn, if this is one."""
        turn = self._turn
        if turn is None or turn.is_given_up:
            return await self._append(arguments)
        try:
            with unavailable_is_said():
                return await self._pool.fetch(APPEND_LAST, *arguments, *turn.give_up())
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
            # The turn is over, whatever became of what it was to write.
            return await self._append(arguments)

    async def _append(self, arguments: list[Any]) -> list[Any]:
        attempt = 1
        while True:
            try:
                with unavailable_is_said():
                    return await self._pool.fetch(APPEND, *arguments)
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


def _outcome(row: Any, head: StreamHead) -> Outcome:
    outcome, version, base, duplicates = row
    match outcome:
        case "appended":
            return Appended(head, base)
        case "conflict":
            return Conflict(version)
        case _:
            return Duplicate(tuple(str(each) for each in duplicates))


def _columns(items: Sequence[Item], recorded_at: datetime) -> tuple[list[Any], list[StreamHead]]:
    """The arguments of `eventstore.append`: one array per column, and the head each stream will have."""
    hashes = [chain(item.after, item.stream, item.facts, recorded_at) for item in items]
    heads = [
        StreamHead(item.after.version + len(item.facts), links[-1] if links else item.after.hash)
        for item, links in zip(items, hashes, strict=True)
    ]
    facts = [
        (number, item.after.version + place, fact, digest)
        for number, (item, links) in enumerate(zip(items, hashes, strict=True), start=1)
        for place, (fact, digest) in enumerate(zip(item.facts, links, strict=True), start=1)
    ]
    keyed = [(number, command) for number, item in enumerate(items, start=1) for command in item.commands]
    arguments = [
        LOG_ID,
        recorded_at,
        [item.stream for item in items],
        [item.after.version for item in items],
        [item.after.hash for item in items],
        [head.hash for head in heads],
        [len(item.facts) for item in items],
        [number for number, _, _, _ in facts],
        [version for _, version, _, _ in facts],
        [fact.name for _, _, fact, _ in facts],
        [fact.schema_version for _, _, fact, _ in facts],
        [fact.data.decode() for _, _, fact, _ in facts],
        [fact.metadata.decode() for _, _, fact, _ in facts],
        [_array_literal(fact.tags) for _, _, fact, _ in facts],
        [fact.command_id for _, _, fact, _ in facts],
        [digest for _, _, _, digest in facts],
        [number for number, _ in keyed],
        [command.id for _, command in keyed],
        [command.fingerprint for _, command in keyed],
        [command.answer.decode() for _, command in keyed],
        [command.facts_end for _, command in keyed],
    ]
    return arguments, heads


def _array_literal(tags: tuple[str, ...]) -> str:
    """A Postgres array literal of any strings."""
    quoted = [tag.replace("\\", "\\\\").replace('"', '\\"') for tag in tags]
    return "{" + ",".join(f'"{tag}"' for tag in quoted) + "}"
