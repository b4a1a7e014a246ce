"""Violations in Postgres: found, remembered, acknowledged, and never deleted."""

from collections.abc import Iterable
from datetime import datetime

import asyncpg
import asyncpg.pool

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID
from eventstore.violations import Finding, Tally, Violation

OPEN_MAX = 1_000

RECURRING_MAX = 20
"""Of one invariant, open at a time: what can be mended and found again is told no more often than anybody will read."""

# Whoever adds holds the watchman's lease, so the next number is one more than the last.
_OPEN = """FROM eventstore.violations AS v
           LEFT JOIN eventstore.acknowledgements AS a ON a.log_id = v.log_id AND a.number = v.number
           WHERE v.log_id = $1"""

ADD = f"""INSERT INTO eventstore.violations (log_id, number, invariant, cause, position, details, found_at)
         SELECT $1, 1 + coalesce((SELECT max(number) FROM eventstore.violations WHERE log_id = $1), 0),
                $2, $3, $4, $5, $6
         WHERE NOT EXISTS (SELECT {_OPEN} AND v.cause = $3 AND v.invariant = $2 AND (NOT $7 OR a.number IS NULL))
         AND (NOT $7 OR (SELECT count(*) {_OPEN} AND v.invariant = $2 AND a.number IS NULL) < {RECURRING_MAX})
         RETURNING number"""  # noqa: S608 - our own join

OPEN = f"""SELECT v.number, v.invariant, v.cause, v.position, v.details, v.found_at {_OPEN} AND a.number IS NULL
           ORDER BY v.number LIMIT $2"""

TALLY = f"""SELECT v.invariant, count(*), count(*) FILTER (WHERE a.number IS NULL) {_OPEN}
            GROUP BY v.invariant ORDER BY v.invariant"""

ACKNOWLEDGE = """INSERT INTO eventstore.acknowledgements (log_id, number, acknowledged_by, why, acknowledged_at)
                 SELECT log_id, number, $3, $4, $5 FROM eventstore.violations WHERE log_id = $1 AND number = $2
                 ON CONFLICT (log_id, number) DO NOTHING RETURNING number"""

BY_WHOM = "SELECT acknowledged_by FROM eventstore.acknowledgements WHERE log_id = $1 AND number = $2"


class NoSuchViolation(Exception):
    """Nothing of that number was found."""


class PostgresViolations:
    """Over a pool, or within one transaction when given its connection. All raise `StoreUnavailable`."""

    def __init__(
        self, database: "asyncpg.Pool | asyncpg.Connection | asyncpg.pool.PoolConnectionProxy"
    ) -> None:
        self._database = database

    async def add(self, findings: Iterable[Finding], found_at: datetime) -> list[Violation]:
        """Those of the findings that are new. Whoever calls must hold the lease of the watchman."""
        added = []
        with unavailable_is_said():
            for each in findings:
                number = await self._database.fetchval(ADD, LOG_ID, *each[:4], found_at, each.recurs)
                if number is not None:
                    added.append(Violation(number, *each[:4], found_at))
        return added

    async def open(self) -> list[Violation]:
        """Those that nobody has acknowledged, the first `OPEN_MAX` of them."""
        with unavailable_is_said():
            return [Violation(*row) for row in await self._database.fetch(OPEN, LOG_ID, OPEN_MAX)]

    async def tally(self) -> list[Tally]:
        """Of each invariant that was ever violated."""
        with unavailable_is_said():
            return [Tally(*row) for row in await self._database.fetch(TALLY, LOG_ID)]

    async def acknowledge(self, number: int, by: str, why: str, at: datetime) -> str | None:
        """None when it is done; who had done it before, if somebody had. Raises `NoSuchViolation`."""
        with unavailable_is_said():
            if await self._database.fetchval(ACKNOWLEDGE, LOG_ID, number, by, why, at) is not None:
                return None
            before: str | None = await self._database.fetchval(BY_WHOM, LOG_ID, number)
        if before is None:
            raise NoSuchViolation(f"there is no violation {number}")
        return before
