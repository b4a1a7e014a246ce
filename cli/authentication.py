"""How a process of ours learns who is calling: over a few connections of its own, as the role of its side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

import command_api.app
import query_api.app
from cli.secrets import master_key
from runtime.authentication.authentication import Authentication, authentication
from runtime.database import create_pool
from runtime.settings import Settings

CONNECTIONS = 3
"""One listens, one polls, one looks up what somebody waits for. Apart from the side's own, so that whoever keeps those
busy cannot keep a revocation from being heard."""

CLOSE_SECONDS_MAX = 5.0


@asynccontextmanager
async def callers(dsn: str, settings: Settings, *, signs: bool) -> AsyncIterator[Authentication]:
    """For as long as the context lasts; a process that `signs` is one of the command side."""
    role = command_api.app.ROLE if signs else query_api.app.ROLE
    pool = await create_pool(
        dsn,
        role=role,
        application_name="seatledger callers",
        min_size=1,
        max_size=CONNECTIONS,
        statement_seconds=5.0,
    )
    try:
        async with authentication(pool, settings, master_key(settings) if signs else None) as known:
            yield known
    finally:
        await closed(pool)


async def closed(pool: "asyncpg.Pool") -> None:
    """A database that has gone silent must not keep a program from ending."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS_MAX):
            await pool.close()
    except TimeoutError:
        pool.terminate()
