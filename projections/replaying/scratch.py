"""The tables of a replay: temporary ones, which no other session sees and which end with the session, however it ends.

So a replay that is killed leaves nothing behind, two of them never meet, no right to make schemas is needed, and
nothing goes through the write-ahead log. But for making the tables every transaction is read-only, in which PostgreSQL
lets nobody write to any table that is not temporary: a replay cannot change what is live, whatever its code does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic

import asyncpg

from eventstore.facts import RecordedFact
from projections.applying import Connection
from projections.parked.parking import Parking
from projections.projector import Projector
from projections.replaying.source import Source
from projections.schema import HOURS, NO_HURRY, drop_tables, make_tables, qualified, work_in

SCRATCH = "pg_temp"

# What the session may keep of its own tables in memory; it can only be said before the first of them is used.
BUFFERS = "SET temp_buffers = '64MB'"

REST_SHARE = 0.25
"""How long it rests after each batch, of the time that took. Sales come first."""

Reached = Callable[[int], None]
"""Told after each batch: the position reached."""


MAY = "SELECT has_database_privilege(current_user, current_database(), 'TEMPORARY')"


class NoScratch(Exception):
    """Whoever administers the database has taken the right to temporary tables away."""

    def __init__(self) -> None:
        super().__init__(
            "its role may make no temporary tables in this database: GRANT TEMPORARY ON DATABASE to it"
        )


@asynccontextmanager
async def scratch(pool: asyncpg.Pool) -> AsyncIterator[Connection]:
    """A session with a schema of its own, in which nothing is left at the end. Raises `NoScratch`."""
    async with pool.acquire() as connection:
        if not await connection.fetchval(MAY):
            raise NoScratch
        await connection.execute(BUFFERS)
        try:
            yield connection
        finally:
            # The next to have this session finds it new. One that was lost has taken its tables with it.
            with suppress(asyncpg.PostgresConnectionError, asyncpg.InterfaceError):
                await connection.execute("DISCARD TEMP")


@dataclass(slots=True)
class Scratch:
    """A read model's tables in `connection`'s own schema: they hold every fact up to `position` but those parked."""

    connection: Connection
    projector: Projector
    parking: Parking
    batch_max: int
    position: int = 0

    async def make(self) -> None:
        """Empty tables."""
        async with self.connection.transaction():
            await make_tables(self.connection, self.projector, SCRATCH)

    async def drop(self) -> None:
        async with self.connection.transaction():
            await drop_tables(self.connection, SCRATCH, self.projector.table_names)

    async def fill(self, source: Source, to: int, reached: Reached) -> None:
        """Exactly up to `to`, batch by batch, each in a transaction of its own; or within the one that is open."""
        while self.position < to:
            began = monotonic()
            page = await source.page(self.position, self.projector.unconcerned, self.batch_max, to)
            if self.connection.is_in_transaction():
                await self._apply(page.facts)
            else:
                async with self.connection.transaction(readonly=True):
                    await self._apply(page.facts)
            self.position = page.reached
            reached(self.position)
            await asyncio.sleep((monotonic() - began) * REST_SHARE)

    async def _apply(self, facts: list[RecordedFact]) -> None:
        await work_in(self.connection, SCRATCH)
        await self.parking.apply(self.connection, facts)

    async def analyze(self) -> None:
        """So that the comparison gets good plans."""
        async with self.connection.transaction():
            await self.connection.execute(NO_HURRY)
            tables = qualified(SCRATCH, self.projector.table_names)
            await self.connection.execute(f"ANALYZE {tables}", timeout=HOURS)
