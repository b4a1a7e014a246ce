"""Fill new tables from the log, in the schema beside the live ones."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass

import asyncpg

from eventstore.postgres.log_pages import LogPage, read_page
from eventstore.store import StoreUnavailable
from projections.applying import Connection
from projections.parked.parking import Parking
from projections.projector import Projector
from projections.schema import HOURS, NEXT, NO_HURRY, make_tables, qualified, work_in
from runtime.privacy.keyring import Keyring

ERASED = "SELECT count(*) FROM privacy.erasures"

Progress = Callable[[int, int], None]
"""Told after each batch: the position reached, the log's last position."""


@dataclass(slots=True)
class Filling:
    """Tables that hold every fact up to `position` but those that `parking` has set aside.

    `erased` is how many people had been erased when it began.
    """

    projector: Projector
    parking: Parking
    keyring: Keyring
    batch_max: int
    position: int = 0
    erased: int = 0

    async def fill(self, pool: asyncpg.Pool, progress: Progress) -> None:
        """New tables, up to where the log ended a moment ago. Needs two connections."""
        async with pool.acquire() as connection:
            self.erased = await connection.fetchval(ERASED)
            async with connection.transaction():
                await make_tables(connection, self.projector, NEXT)
            await self._fill_on(pool, connection, progress)
            async with connection.transaction():
                await connection.execute(NO_HURRY)
                # Tables that were never analysed get bad plans, and readers get them the moment we switch.
                tables = qualified(NEXT, self.projector.table_names)
                await connection.execute(f"ANALYZE {tables}", timeout=HOURS)

    async def fill_up_to(self, position: int, pool: asyncpg.Pool, progress: Progress) -> None:
        """Exactly, from where they are. Needs two connections."""
        async with pool.acquire() as connection:
            await self._fill_on(pool, connection, progress, position)

    async def _fill_on(
        self, pool: asyncpg.Pool, connection: Connection, progress: Progress, to: int | None = None
    ) -> None:
        async with aclosing(self._pages(pool, to)) as pages:
            async for page in pages:
                async with connection.transaction():
                    await work_in(connection, NEXT)
                    await self.parking.apply(connection, page.facts)
                self.position = page.reached
                progress(page.reached, page.head)
                if page.reached == (page.head if to is None else to):
                    break

    async def _pages(self, pool: asyncpg.Pool, to: int | None) -> AsyncGenerator[LogPage, None]:
        """The log from here on. The next page is read while the last one is being applied."""
        async with pool.acquire() as connection:

            def read(after: int) -> Awaitable[LogPage]:
                return read_page(connection, after, self.projector.unconcerned, self.batch_max, to)

            page = await read(self.position)
            while True:
                following = asyncio.ensure_future(read(page.reached))
                try:
                    yield page
                    page = await following
                finally:
                    following.cancel()
                    with suppress(asyncio.CancelledError, StoreUnavailable):
                        await following
