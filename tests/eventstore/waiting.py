"""Waiting for something to become true in the server, with a deadline and without sleeping longer than needed."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

SECONDS_MAX = 60.0

WAITS = "SELECT count(*) FROM pg_locks WHERE pid = $1 AND NOT granted"


async def until(is_true: Callable[[], Awaitable[bool]], what: str) -> None:
    """Ask again and again until it is so."""
    try:
        async with asyncio.timeout(SECONDS_MAX):
            while not await is_true():  # noqa: ASYNC110  # what is waited for is in the server, and sets no Event
                await asyncio.sleep(0)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {SECONDS_MAX} seconds") from None


async def until_blocked(watcher: asyncpg.Connection, backend: int) -> None:
    """Until a backend waits for somebody's lock: then a race stands exactly where we want it."""

    async def is_blocked() -> bool:
        return bool(await watcher.fetchval(WAITS, backend))

    await until(is_blocked, f"backend {backend} waits for a lock")


async def kill(watcher: asyncpg.Connection, backend: int) -> None:
    """End a backend, and wait until it is gone with all its locks."""
    await watcher.execute("SELECT pg_terminate_backend($1)", backend)

    async def is_gone() -> bool:
        return not await watcher.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", backend)

    await until(is_gone, f"backend {backend} is gone")
