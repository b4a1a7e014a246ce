"""Between which positions, or versions of a stream, lies what somebody wants: found by halves, by the key."""

from datetime import datetime, timedelta

import asyncpg

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID
from eventstore.wanted import Wanted

CLOCKS_DIFFER_MAX = timedelta(minutes=10)
"""The log is in order of position and, but for the clocks of its writers, in order of time."""

LAST_POSITION = "SELECT last_position FROM eventstore.log WHERE log_id = $1"
LAST_VERSION = "SELECT coalesce(max(version), 0) FROM eventstore.events WHERE log_id = $1 AND stream = $2"

# By halves: some twenty look-ups by the key, however long the log is.
BEFORE_TIME = """
    WITH RECURSIVE search (low, high) AS (
        SELECT 0::bigint, last_position FROM eventstore.log WHERE log_id = $1
      UNION ALL
        SELECT CASE WHEN e.recorded_at < $2 THEN m.middle ELSE s.low END,
               CASE WHEN e.recorded_at < $2 THEN s.high ELSE m.middle - 1 END
        FROM search AS s
        CROSS JOIN LATERAL (SELECT (s.low + s.high + 1) / 2 AS middle) AS m
        LEFT JOIN LATERAL (
            SELECT recorded_at FROM eventstore.events
            WHERE log_id = $1 AND position >= m.middle ORDER BY position LIMIT 1
        ) AS e ON true
        WHERE s.low < s.high
    ) SELECT max(low) FROM search"""

# The first fact that was recorded later, looked for from where there is none yet.
LAST_BY = """SELECT coalesce(
                 (SELECT position - 1 FROM eventstore.events
                  WHERE log_id = $1 AND position > $2 AND position <= $3 AND recorded_at > $4
                  ORDER BY position LIMIT 1), $3)"""

UP_TO_POSITION = """
    WITH RECURSIVE search (low, high) AS (
        SELECT 0::bigint, $4::bigint
      UNION ALL
        SELECT CASE WHEN e.position <= $3 THEN m.middle ELSE s.low END,
               CASE WHEN e.position <= $3 THEN s.high ELSE m.middle - 1 END
        FROM search AS s
        CROSS JOIN LATERAL (SELECT (s.low + s.high + 1) / 2 AS middle) AS m
        LEFT JOIN LATERAL (
            SELECT position FROM eventstore.events
            WHERE log_id = $1 AND stream = $2 AND version >= m.middle ORDER BY version LIMIT 1
        ) AS e ON true
        WHERE s.low < s.high
    ) SELECT max(low) FROM search"""

POSITION_OF = """SELECT position FROM eventstore.events
                 WHERE log_id = $1 AND stream = $2 AND version <= $3 ORDER BY version DESC LIMIT 1"""


class PostgresBounds:
    """Look-ups over a pool. All raise `StoreUnavailable`."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool

    async def positions(self, wanted: Wanted) -> tuple[int, int]:
        """What is wanted is behind the first position, and not behind the second."""
        low, high = wanted.low, min(wanted.high, await self._value(LAST_POSITION))
        if wanted.since is not None:
            low = max(low, await self._before(wanted.since, -CLOCKS_DIFFER_MAX))
        if wanted.until is not None:
            high = min(high, await self._before(wanted.until, CLOCKS_DIFFER_MAX))
        return low, high

    async def last_by(self, moment: datetime) -> int:
        """The log's last position at that time: what comes behind it was recorded later, or after something that was.

        Where the log was written by clocks that differ by more than `CLOCKS_DIFFER_MAX`, it may be an earlier one.
        """
        low, high = await self._before(moment, -CLOCKS_DIFFER_MAX), await self._value(LAST_POSITION)
        return await self._value(LAST_BY, low, high, moment)

    async def _before(self, moment: datetime, by: timedelta) -> int:
        try:
            return await self._value(BEFORE_TIME, moment + by)
        except OverflowError:
            # At an end of the calendar: there the time itself is as good.
            return await self._value(BEFORE_TIME, moment)

    async def versions(self, stream: str, wanted: Wanted) -> tuple[int, int]:
        """The same in the versions of a stream."""
        last = await self._value(LAST_VERSION, stream)
        low, high = await self.positions(wanted)
        first = await self._value(UP_TO_POSITION, stream, low, last) if low > 0 else 0
        return first, await self._value(UP_TO_POSITION, stream, high, last)

    async def position_of(self, stream: str, version: int) -> int:
        """The position of the stream's last fact up to this version."""
        return await self._value(POSITION_OF, stream, version)

    async def _value(self, query: str, *arguments: object) -> int:
        with unavailable_is_said():
            return int(await self._pool.fetchval(query, LOG_ID, *arguments) or 0)
