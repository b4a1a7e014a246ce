"""A log that takes its time: whoever holds its lock decides when an append goes on."""

import asyncio

import asyncpg

SECONDS_MAX = 60.0

LOCK = "SELECT FROM eventstore.log FOR UPDATE"
WAITING = """SELECT count(*) FROM pg_stat_activity
             WHERE wait_event_type = 'Lock' AND datname = current_database()"""


async def until_waiting(database: str) -> None:
    """Until an append waits for the lock."""
    watcher = await asyncpg.connect(database)
    try:
        async with asyncio.timeout(SECONDS_MAX):
            while not await watcher.fetchval(WAITING):  # noqa: ASYNC110 - the server makes it so
                await asyncio.sleep(0.01)
    finally:
        await watcher.close()
