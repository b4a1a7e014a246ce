"""Connections with the rights of the command side, for verbs that change what only that side may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

import command_api.app
from runtime.database import create_pool


@asynccontextmanager
async def command_pool(dsn: str, name: str, connections_max: int = 2) -> AsyncIterator[asyncpg.Pool]:
    """Until the end of the context; `name` is how the server's list of sessions shows them.

    Raises `DatabaseUnavailable`.
    """
    pool = await create_pool(
        dsn,
        role=command_api.app.ROLE,
        application_name=f"seatledger {name}",
        min_size=1,
        max_size=connections_max,
    )
    try:
        yield pool
    finally:
        await pool.close()
