"""Bring a database up to this program's migrations, or see that it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from cli.migrations import migration_sources
from runtime.database import connect
from runtime.migration_files import Part
from runtime.migrations import migrate
from runtime.migrations import must_suit as database_must_suit


async def upgrade(dsn: str, part: Part | None = None) -> list[str]:
    """Apply what is missing, or that part of it; the names of what was applied.

    Raises `DatabaseUnavailable` or `MigrationRefused`.
    """
    async with _connected(dsn) as connection:
        return await migrate(connection, migration_sources(), part=part)


async def must_suit(dsn: str) -> None:
    """Raises `MigrationRefused` when this program cannot work on the database, `DatabaseUnavailable` without one."""
    async with _connected(dsn) as connection:
        await database_must_suit(connection, migration_sources())


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()
