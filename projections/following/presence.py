"""A worker says that it is there, and for which read models, for as long as it is.

It does so by shared locks of a session, which end with the process whatever ends it. So who counts them counts workers
that live, and nobody has to believe a time that somebody wrote down.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

import asyncpg

from runtime.database import is_unavailable

log = logging.getLogger(__name__)

# The two numbers make one lock of a read model's workers; the first says that it is about workers.
WORKERS = 7_302
AGAIN_SECONDS = 1.0

LOCK = "SELECT pg_advisory_lock_shared($1, hashtext(name)) FROM unnest($2::text[]) AS names (name)"
UNLOCK = "SELECT pg_advisory_unlock_shared($1, hashtext(name)) FROM unnest($2::text[]) AS names (name)"


async def be_present(pool: asyncpg.Pool, names: Sequence[str]) -> None:
    """Until cancelled. Outlives the database."""
    while True:
        try:
            await _be_present_once(pool, names)
        except Exception as error:
            if not is_unavailable(error):
                log.exception("this worker could not say that it is there, and will try again")
        await asyncio.sleep(AGAIN_SECONDS)


async def _be_present_once(pool: asyncpg.Pool, names: Sequence[str]) -> None:
    """For as long as one connection lives."""
    lost = asyncio.Event()
    async with pool.acquire() as connection:

        def lose(_connection: object) -> None:
            lost.set()

        connection.add_termination_listener(lose)
        await connection.fetch(LOCK, WORKERS, names)
        try:
            await lost.wait()
        finally:
            # The connection goes back to the pool, and must not say there that we are still at work.
            with suppress(Exception):
                connection.remove_termination_listener(lose)
                await connection.fetch(UNLOCK, WORKERS, names)
