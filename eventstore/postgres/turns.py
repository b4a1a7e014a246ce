"""Turns at writing one stream: a lock of the session, for writers who would otherwise overwrite each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import asyncpg.pool

from eventstore.postgres.errors import unavailable_is_said

# The two numbers make one lock of a stream's turns; the first says that it is about turns. Where two streams have the
# same second number, one waits for the other without need.
TURNS = 7_304

# Of the session and not of a transaction: an append within a transaction would keep the log's own lock, for which all
# streams wait, for as long as it takes to come back and commit.
LOCK = "SELECT pg_advisory_lock($1, hashtext($2))"
UNLOCK = "SELECT pg_advisory_unlock($1, hashtext($2))"


@asynccontextmanager
async def turn(pool: asyncpg.Pool, stream: str) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy]:
    """Wait for one's turn, first come, first served; within it, a connection to use. Raises `StoreUnavailable`."""
    with unavailable_is_said():
        async with pool.acquire() as connection:
            try:
                await connection.fetchval(LOCK, TURNS, stream)
                yield connection
                await connection.fetchval(UNLOCK, TURNS, stream)
            except BaseException:
                # A connection that went back with its lock would keep everybody waiting: its session ends with it.
                connection.terminate()
                raise
