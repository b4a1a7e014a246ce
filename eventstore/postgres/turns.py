"""Turns at writing one stream: a lock of the session, for writers who would otherwise overwrite each other.

A turn ends with the commit of what it writes, and not when the writer has come round to say so: in a busy process that
may be many milliseconds later, and everybody would wait for them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import asyncpg.pool

from eventstore.postgres.errors import unavailable_is_said

# The two numbers make one lock of a stream's turns; the first says that it is about turns. Where two streams have the
# same second number, one waits for the other without need.
TURNS = 7_304

LOCK = "SELECT pg_advisory_lock($1, hashtext($2))"
UNLOCK = "SELECT pg_advisory_unlock($1, hashtext($2))"


def with_the_commit(call: str, arguments: int) -> str:
    """A statement that does `call` and ends a turn, which is its last two arguments after so many of the call.

    First the same lock once more, but of the transaction, and then without the session's: the commit is what ends it,
    after what it has written can be seen.
    """
    lock = f"${arguments + 1}, hashtext(${arguments + 2})"
    return f"""WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock({lock}), pg_advisory_unlock({lock}))
               SELECT answer.* FROM turn, {call} AS answer"""  # noqa: S608 - our own call, and numbers


class Turn:
    """`connection` has the turn at `stream` until it is given up."""

    def __init__(self, connection: asyncpg.pool.PoolConnectionProxy, stream: str) -> None:
        self.connection = connection
        self.stream = stream
        self.is_given_up = False

    def give_up(self) -> tuple[int, str]:
        """The last arguments of a statement `with_the_commit`, which is now the one to end the turn."""
        self.is_given_up = True
        return TURNS, self.stream


@asynccontextmanager
async def turn(pool: asyncpg.Pool, stream: str) -> AsyncIterator[Turn]:
    """Wait for one's turn, first come, first served. Raises `StoreUnavailable`."""
    with unavailable_is_said():
        async with pool.acquire() as connection:
            try:
                await connection.fetchval(LOCK, TURNS, stream)
                mine = Turn(connection, stream)
                yield mine
                if not mine.is_given_up:
                    await connection.fetchval(UNLOCK, TURNS, stream)
            except BaseException:
                # A connection that went back with its lock would keep everybody waiting: its session ends with it.
                connection.terminate()
                raise
