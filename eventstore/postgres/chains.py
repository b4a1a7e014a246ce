"""What a verifier looks up in Postgres instead of remembering it: what came before a fact, and where streams end."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import NamedTuple

import asyncpg
import asyncpg.pool

from eventstore.appending import StreamHead
from eventstore.facts import RecordedFact
from eventstore.hashing import BEFORE_THE_FIRST, EMPTY
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import FACT, LOG_ID, recorded

STREAMS_PAGE = 1_000

HASHES = """SELECT e.stream, e.version, e.hash
            FROM unnest($2::text[], $3::bigint[]) AS f (stream, version)
            JOIN eventstore.events AS e ON e.log_id = $1 AND e.stream = f.stream AND e.version = f.version"""

# By version and not by position alone, which would wade through everything that a busy stream got later. Up to the
# fact's own version, so that a second fact of that version shows too.
BEFORE = """SELECT p.stream, b.version, b.hash
            FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS p (stream, version, position)
            CROSS JOIN LATERAL (
                SELECT e.version, e.hash FROM eventstore.events AS e
                WHERE e.log_id = $1 AND e.stream = p.stream AND e.version <= p.version AND e.position < p.position
                ORDER BY e.version DESC LIMIT 1
            ) AS b"""

HEADLESS = """SELECT f.stream FROM unnest($2::text[]) AS f (stream)
              WHERE NOT EXISTS (SELECT FROM eventstore.streams AS s WHERE s.log_id = $1 AND s.stream = f.stream)
              ORDER BY f.stream"""

# Head and last fact in one statement: an append changes both at one moment, so they agree in every snapshot.
_END = """LEFT JOIN LATERAL (
              SELECT e.version, e.hash FROM eventstore.events AS e
              WHERE e.log_id = $1 AND e.stream = s.stream
              ORDER BY e.version DESC LIMIT 1
          ) AS e ON true"""

ENDS = f"""SELECT s.stream, s.version, s.head, e.version, e.hash
           FROM (
               SELECT stream, version, head FROM eventstore.streams
               WHERE log_id = $1 AND stream > $2 ORDER BY stream LIMIT $3
           ) AS s {_END} ORDER BY s.stream"""  # noqa: S608 - our own join

END = f"""SELECT s.stream, s.version, s.head, e.version, e.hash
          FROM eventstore.streams AS s {_END} WHERE s.log_id = $1 AND s.stream = $2"""  # noqa: S608 - our own join


# The position comes with the facts, in one round trip: nothing up to it is missing. The inner order keeps PostgreSQL
# from walking the whole log by position looking for what is rare.
OWN = f"""WITH own AS MATERIALIZED (
              SELECT {FACT}, (SELECT b.hash FROM eventstore.events AS b
                              WHERE b.log_id = $1 AND b.stream = e.stream AND b.version = e.version - 1) AS before
              FROM eventstore.events AS e WHERE log_id = $1 AND tags @> ARRAY[$2::text]
          )
          SELECT own.*, l.last_position FROM eventstore.log AS l LEFT JOIN own ON true
          WHERE l.log_id = $1 ORDER BY own.position"""  # noqa: S608 - our own column list


class Own(NamedTuple):
    """Facts in order, and with each the hash of the one before it in its stream, None where that is missing. The log
    had got to `position`.
    """

    facts: list[RecordedFact]
    before: list[bytes | None]
    position: int


class StreamEnd(NamedTuple):
    """Where a stream says it ends (`head`), and its last fact (`last`, `EMPTY` when it has none)."""

    stream: str
    head: StreamHead
    last: StreamHead


class PostgresChains:
    """Look-ups over a pool, each by the primary key. All raise `StoreUnavailable`."""

    def __init__(self, pool: "asyncpg.Pool | asyncpg.Connection | asyncpg.pool.PoolConnectionProxy") -> None:
        self._pool = pool

    async def previous_hashes(self, facts: Sequence[RecordedFact]) -> list[bytes | None]:
        """For each fact the hash of the one before it in its stream; None where that is missing."""
        wanted = [(fact.stream, fact.version - 1) for fact in facts]
        with unavailable_is_said():
            rows = await self._pool.fetch(HASHES, LOG_ID, *_columns(wanted, 2))
        found: dict[tuple[str, int], bytes] = {(stream, version): digest for stream, version, digest in rows}
        return [BEFORE_THE_FIRST if key[1] == 0 else found.get(key) for key in wanted]

    async def own(self, tag: str) -> Own:
        """Every fact that carries `tag`."""
        with unavailable_is_said():
            rows = await self._pool.fetch(OWN, LOG_ID, tag)
        facts = [recorded(row) for row in rows if row[0] is not None]
        before = [BEFORE_THE_FIRST if row[2] == 1 else row[11] for row in rows if row[0] is not None]
        return Own(facts, before, rows[0][12])

    async def before(self, page: Sequence[RecordedFact]) -> dict[str, tuple[int, bytes]]:
        """How far each stream in `page`, which is in order of position, had got before the page began."""
        first: dict[str, tuple[str, int, int]] = {}
        for fact in page:
            first.setdefault(fact.stream, (fact.stream, fact.version, page[0].position))
        # Nothing comes before version 1, and most streams of a log are short.
        wanted = [each for each in first.values() if each[1] > 1]
        if not wanted:
            return {}
        with unavailable_is_said():
            rows = await self._pool.fetch(BEFORE, LOG_ID, *_columns(wanted, 3))
        return {stream: (version, digest) for stream, version, digest in rows}

    async def headless(self, streams: Iterable[str]) -> list[str]:
        """Those of the streams that say nowhere where they end: no append leaves one like that."""
        with unavailable_is_said():
            return [row[0] for row in await self._pool.fetch(HEADLESS, LOG_ID, list(streams))]

    async def end(self, stream: str) -> StreamEnd | None:
        """Where one stream ends; None when it has no head."""
        with unavailable_is_said():
            row = await self._pool.fetchrow(END, LOG_ID, stream)
        return None if row is None else _end(row)

    async def ends(self) -> AsyncIterator[list[StreamEnd]]:
        """Where each stream of the log ends, in pages."""
        after = ""
        while page := await self._ends(after):
            yield page
            after = page[-1].stream

    async def _ends(self, after: str) -> list[StreamEnd]:
        with unavailable_is_said():
            return [_end(row) for row in await self._pool.fetch(ENDS, LOG_ID, after, STREAMS_PAGE)]


def _end(row: asyncpg.Record) -> StreamEnd:
    stream, version, head, last, digest = row
    return StreamEnd(stream, StreamHead(version, head), EMPTY if last is None else StreamHead(last, digest))


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[column] for row in rows] for column in range(width)]
