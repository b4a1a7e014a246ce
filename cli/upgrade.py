"""Bring a database up to this program's migrations."""

import asyncpg

from cli.migrations import migration_sources
from runtime.database import DatabaseUnavailable, cause, described
from runtime.migrations import migrate


async def upgrade(dsn: str) -> list[str]:
    """Apply what is missing; the names of what was applied. Raises `DatabaseUnavailable` or `MigrationRefused`."""
    try:
        connection = await asyncpg.connect(dsn)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise DatabaseUnavailable(
            f"PostgreSQL at {described(dsn)} is unavailable: {cause(error, dsn)}"
        ) from None
    try:
        return await migrate(connection, migration_sources())
    finally:
        await connection.close()
