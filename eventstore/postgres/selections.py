"""Facts that somebody wants, page by page, out of the log, a stream or a collection of positions.

However much there is, a page takes bounded time and memory: it looks at so many facts at most and says how far it got,
so it may hold fewer facts than were asked for, or none, and still not be the last.
"""

from collections.abc import Sequence
from typing import NamedTuple

import asyncpg

from eventstore.facts import RecordedFact
from eventstore.postgres.bounds import PostgresBounds
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.log_pages import BYTES_MAX
from eventstore.postgres.store import FACT, LOG_ID, recorded
from eventstore.wanted import Wanted

LOOKED_AT_MAX = 50_000
"""Facts that are compared with what is wanted for one page."""

GATHERED_AT_ONCE = 2_000


class Selected(NamedTuple):
    """`goes_on` is the position behind which the next page begins; None when there is nothing more."""

    facts: list[RecordedFact]
    goes_on: int | None


# Sorted and summed up as they come: PostgreSQL stops at the limit.
_PAGE = f"""SELECT {FACT}, bytes FROM (
                SELECT *, sum(pg_column_size(data)) OVER (ORDER BY %(key)s ROWS UNBOUNDED PRECEDING) AS bytes
                FROM eventstore.events
                WHERE log_id = $1 AND %(slice)s
                    AND ($4::text[] IS NULL OR name = ANY ($4))
                    AND ($5::text IS NULL OR strpos(metadata::text, $5) > 0)
                    AND ($6::timestamptz IS NULL OR recorded_at >= $6)
                    AND ($7::timestamptz IS NULL OR recorded_at < $7)
            ) AS wanted
            WHERE bytes - pg_column_size(data) < $8 ORDER BY %(key)s LIMIT $9"""  # noqa: S608 - our own

_OF_LOG = "position > $2 AND position <= $3"
_OF_STREAM = "version > $2 AND version <= $3 AND stream = $10"
_ABOUT_STREAM = _OF_STREAM + " AND tags = '{}'"
_OF_POSITIONS = _OF_LOG + " AND position = ANY ($10::bigint[])"


def _statements(slice_: str, column: str) -> tuple[str, str]:
    """In ascending order, and in descending order."""
    ascending, descending = ({"slice": slice_, "key": f"{column}{way}"} for way in ("", " DESC"))
    return _PAGE % ascending, _PAGE % descending


LOG_PAGE = _statements(_OF_LOG, "position")
STREAM_PAGE = _statements(_OF_STREAM, "version")
ABOUT_STREAM_PAGE = _statements(_ABOUT_STREAM, "version")
POSITIONS_PAGE = _statements(_OF_POSITIONS, "position")

# Tag by tag: given many at once PostgreSQL may read everything, and compare each fact with all of them. Materialized,
# or ORDER BY could tempt it to walk the whole log looking for what is rare.
POSITIONS = """WITH own AS MATERIALIZED (
                   SELECT e.position FROM unnest($2::text[]) AS t (tag)
                   CROSS JOIN LATERAL (
                       SELECT position FROM eventstore.events WHERE log_id = $1 AND tags @> ARRAY[t.tag] OFFSET 0
                   ) AS e
                   UNION SELECT position FROM eventstore.events WHERE log_id = $1 AND stream = ANY ($3::text[])
               ) SELECT position FROM own ORDER BY position"""

# The names come first: the plan of a house is large, and names no seat as a whole.
POSITIONS_NAMING = """SELECT position FROM eventstore.events
                      WHERE log_id = $1 AND stream = $2
                          AND (name = ANY ($3::text[]) OR name = ANY ($4::text[]) AND strpos(data::text, $5) > 0)
                      ORDER BY version"""


class PostgresSelections:
    """Reads over a pool. All raise `StoreUnavailable`."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool
        self._bounds = PostgresBounds(pool)

    async def of_log(self, wanted: Wanted, limit: int) -> Selected:
        """Out of the whole log."""
        low, high = await self._bounds.positions(wanted)
        low, high, is_last = _window(low, high, wanted, LOOKED_AT_MAX)
        facts, goes_on = await self._page(LOG_PAGE, wanted, limit, low, high)
        if goes_on is None and not is_last:
            goes_on = low + 1 if wanted.descending else high
        return Selected(facts, goes_on)

    async def of_stream(self, stream: str, wanted: Wanted, limit: int) -> Selected:
        """Out of one stream."""
        low, high = await self._bounds.versions(stream, wanted)
        low, high, is_last = _window(low, high, wanted, LOOKED_AT_MAX)
        facts, goes_on = await self._page(STREAM_PAGE, wanted, limit, low, high, stream)
        if goes_on is None and not is_last:
            goes_on = await self._bounds.position_of(stream, low + 1 if wanted.descending else high)
        return Selected(facts, goes_on)

    async def about_stream(self, stream: str, wanted: Wanted, limit: int) -> Selected:
        """Out of those facts of a stream that carry no tag: they are about all of it, and few."""
        low, high = await self._bounds.versions(stream, wanted)
        return Selected(*await self._page(ABOUT_STREAM_PAGE, wanted, limit, low, high, stream))

    async def of_positions(self, positions: Sequence[int], wanted: Wanted, limit: int) -> Selected:
        """Out of the facts at these positions, which are in order."""
        there = [each for each in positions if wanted.low < each <= wanted.high]
        some = there[-GATHERED_AT_ONCE:] if wanted.descending else there[:GATHERED_AT_ONCE]
        if not some:
            return Selected([], None)
        facts, goes_on = await self._page(POSITIONS_PAGE, wanted, limit, some[0] - 1, some[-1], some)
        if goes_on is None and len(some) < len(there):
            goes_on = some[0] if wanted.descending else some[-1]
        return Selected(facts, goes_on)

    async def positions(self, tags: Sequence[str], streams: Sequence[str]) -> list[int]:
        """Where the facts are that carry one of the tags or are in one of the streams, in order."""
        return await self._column(POSITIONS, tags, streams)

    async def positions_naming(
        self, stream: str, text: str, names: Sequence[str], in_any_case: Sequence[str]
    ) -> list[int]:
        """Where the facts of `names` are in whose data `text` stands, and all those of the names `in_any_case`."""
        return await self._column(POSITIONS_NAMING, stream, in_any_case, names, text)

    async def _page(
        self,
        statements: tuple[str, str],
        wanted: Wanted,
        limit: int,
        low: int,
        high: int,
        *more: object,
    ) -> tuple[list[RecordedFact], int | None]:
        names = None if wanted.names is None else sorted(wanted.names)
        filters = (names, wanted.author, wanted.since, wanted.until)
        statement = statements[wanted.descending]
        with unavailable_is_said():
            # One more than asked for: whether it is there says whether there is more.
            rows = await self._pool.fetch(statement, LOG_ID, low, high, *filters, BYTES_MAX, limit + 1, *more)
        facts = [recorded(row) for row in rows[:limit]]
        is_cut = len(rows) > limit or (bool(rows) and rows[-1][-1] >= BYTES_MAX)
        return facts, facts[-1].position if is_cut else None

    async def _column(self, query: str, *arguments: object) -> list[int]:
        with unavailable_is_said():
            return [row[0] for row in await self._pool.fetch(query, LOG_ID, *arguments)]


def _window(low: int, high: int, wanted: Wanted, size: int) -> tuple[int, int, bool]:
    """As much as one page looks at, from where it begins; and whether that is all."""
    if high - low <= size:
        return low, high, True
    return (high - size, high, False) if wanted.descending else (low, low + size, False)
