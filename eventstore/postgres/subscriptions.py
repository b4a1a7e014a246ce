"""Leases and checkpoints in Postgres: the row lock on the checkpoint is lease and fence in one.

A worker whose connection dies loses the lock and so the lease; it cannot come back and move the checkpoint, because
what it would have to move it with is the transaction that died.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
import asyncpg.pool

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID

ENSURE = """INSERT INTO eventstore.checkpoints (log_id, subscription, position) VALUES ($1, $2, 0)
            ON CONFLICT DO NOTHING"""

LEASE = """SELECT position, eventstore.stands(log_id, position, fact_hash, fact_known_at)
           FROM eventstore.checkpoints WHERE log_id = $1 AND subscription = $2
           FOR UPDATE SKIP LOCKED"""

ADVANCE = """UPDATE eventstore.checkpoints
             SET position = $3, recorded_at = coalesce($4, recorded_at), fact_known_at = $3,
                 fact_hash = (SELECT hash FROM eventstore.events WHERE log_id = $1 AND position = $3)
             WHERE log_id = $1 AND subscription = $2"""

POSITIONS = "SELECT subscription, position, recorded_at FROM eventstore.checkpoints WHERE log_id = $1"


class PostgresLease:
    """A held lease. What is written through `connection` commits together with the checkpoint, or not at all.

    `stands` is False when the log has no such fact as the one at `position`: it was restored to an earlier state since.
    """

    def __init__(
        self, connection: "asyncpg.pool.PoolConnectionProxy", name: str, position: int, stands: bool
    ) -> None:
        self.connection = connection
        self.position = position
        self.stands = stands
        self._name = name

    async def advance(self, position: int, recorded_at: datetime | None = None) -> None:
        """Move the checkpoint; `recorded_at` is that of the fact at `position`, for the lag in seconds."""
        await self.connection.execute(ADVANCE, LOG_ID, self._name, position, recorded_at)
        self.position = position


class PostgresSubscriptions:
    """Leases over a pool; each lease is one transaction."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool
        self._ensured: set[str] = set()

    @asynccontextmanager
    async def lease(self, name: str) -> AsyncIterator[PostgresLease | None]:
        with unavailable_is_said():
            async with self._pool.acquire() as connection:
                if name not in self._ensured:
                    await connection.execute(ENSURE, LOG_ID, name)
                    self._ensured.add(name)
                async with connection.transaction():
                    found = await connection.fetchrow(LEASE, LOG_ID, name)
                    yield None if found is None else PostgresLease(connection, name, *found)

    async def positions(self) -> dict[str, tuple[int, datetime | None]]:
        """Every subscription's checkpoint and when the fact there was recorded."""
        with unavailable_is_said():
            rows = await self._pool.fetch(POSITIONS, LOG_ID)
        return {row[0]: (row[1], row[2]) for row in rows}
