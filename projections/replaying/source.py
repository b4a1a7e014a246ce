"""Where a replay has its facts from: the live log, or an export of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

import asyncpg

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.log_pages import LogPage, read_page
from eventstore.postgres.store import LOG_ID, PostgresStore
from projections.applying import Connection
from projections.schema import HOURS, NO_HURRY


class Source(Protocol):
    """A log from its first fact on."""

    async def head(self) -> int:
        """The position of its last fact."""
        ...

    async def position_at(self, moment: datetime) -> int:
        """The position before the first fact that was recorded later than `moment`."""
        ...

    async def page(self, after: int, unwanted: Collection[str], facts_max: int, to: int) -> LogPage:
        """What comes after `after`, up to `to`, but for facts of the names `unwanted`."""
        ...


# Forward from the beginning, as whoever replays up to there reads all of it anyway.
FIRST_LATER = """SELECT position FROM eventstore.events WHERE log_id = $1 AND recorded_at > $2
                 ORDER BY position LIMIT 1"""


async def patiently(connection: Connection, question: str, *arguments: Any) -> Any:
    """The one value that a question about much of the log has for an answer, however long that takes."""
    async with connection.transaction(readonly=True):
        await connection.execute(NO_HURRY)
        return await connection.fetchval(question, *arguments, timeout=HOURS)


class LiveLog:
    """The log of a database. Nobody waits for its reads, and they wait for nobody."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def head(self) -> int:
        return await PostgresStore(self._pool).last_position()

    async def position_at(self, moment: datetime) -> int:
        """Up to the first later fact and not all earlier ones: servers' clocks differ, and nothing is left out."""
        with unavailable_is_said():
            async with self._pool.acquire() as connection:
                later = await patiently(connection, FIRST_LATER, LOG_ID, moment)
        return await self.head() if later is None else later - 1

    async def page(self, after: int, unwanted: Collection[str], facts_max: int, to: int) -> LogPage:
        async with self._pool.acquire() as connection:
            return await read_page(connection, after, unwanted, facts_max, to)
