"""Streams read by whoever wants to know what they have led to: what facts say, not who caused them, nor the proof."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from itertools import starmap
from typing import NamedTuple

import asyncpg

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID, RECORDED_AT

PAGE = 1_000
"""Facts in memory, at most."""

STREAMS_AT_ONCE = 50
"""Streams that are read together: each may begin with the plan of a large house."""

STREAMS_PAGE = 1_000

# Half of what reading a fact costs is what nobody folds.
SAID = f"position, stream, version, name, schema_version, data::text, {RECORDED_AT}"

READ_STREAM = f"""SELECT {SAID} FROM eventstore.events
                  WHERE log_id = $1 AND stream = $2 AND version > $3 ORDER BY version LIMIT $4"""  # noqa: S608 - our own column list

STREAMS = """SELECT stream, version FROM eventstore.streams
             WHERE log_id = $1 AND stream > $2 AND starts_with(stream, $3) ORDER BY stream LIMIT $4"""

# Several short streams, or a part of a long one. The versions are those that the streams had when they were listed.
READ = f"""SELECT {SAID} FROM eventstore.events
           WHERE log_id = $1 AND stream = ANY ($2::text[]) AND version > $3 AND version <= $4 AND position <= $5
           ORDER BY stream, version"""  # noqa: S608 - our own column list


class SaidFact(NamedTuple):
    """What a fact says, when it was recorded, and where it stands."""

    position: int
    stream: str
    version: int
    name: str
    schema_version: int
    data: str
    recorded_at: datetime


class Part(NamedTuple):
    """Of these streams the versions behind `after` and up to `to`: `facts` of them at most."""

    streams: list[str]
    after: int
    to: int
    facts: int


class PostgresStreams:
    """Reads over a pool. All raise `StoreUnavailable`."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool

    async def walk(self, beginning: str, upto: int) -> AsyncIterator[list[SaidFact]]:
        """The facts up to position `upto` of every stream whose name begins like that, a page at a time: stream by
        stream, and within each in order.
        """
        after = ""
        while listed := await self._rows(STREAMS, after, beginning, STREAMS_PAGE):
            for part in _parts(listed):
                rows = await self._rows(READ, part.streams, part.after, part.to, upto)
                yield list(starmap(SaidFact, rows))
            after = listed[-1][0]

    async def read(self, stream: str, after: int, limit: int) -> list[SaidFact]:
        """Up to `limit` facts of one stream after version `after`, in order."""
        return list(starmap(SaidFact, await self._rows(READ_STREAM, stream, after, limit)))

    async def _rows(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        with unavailable_is_said():
            return await self._pool.fetch(query, LOG_ID, *arguments)


def _parts(listed: Iterable[asyncpg.Record]) -> list[Part]:
    """Cut so that none has more than `PAGE` facts."""
    parts: list[Part] = []
    for stream, version in listed:
        last = parts[-1] if parts else None
        if version and last and last.facts + version <= PAGE and len(last.streams) < STREAMS_AT_ONCE:
            parts[-1] = Part([*last.streams, stream], 0, PAGE, last.facts + version)
            continue
        for after in range(0, version, PAGE):
            # What is left of a long stream at its end stands alone: others begin before it.
            parts.append(Part([stream], after, after + PAGE, min(version, PAGE)))  # noqa: PERF401
    return parts
