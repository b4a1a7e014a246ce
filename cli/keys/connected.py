"""Connections with the rights of the command side, which alone may change keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

import command_api.app
from runtime.database import create_pool


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    """Two of them, until the end of the context."""
    pool = await create_pool(
        dsn, role=command_api.app.ROLE, application_name="seatledger keys", min_size=1, max_size=2
    )
    try:
        yield pool
    finally:
        await pool.close()
