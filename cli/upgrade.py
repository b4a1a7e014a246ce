"""Bring a database up to this program's migrations."""

from cli.migrations import migration_sources
from runtime.database import connect
from runtime.migrations import migrate


async def upgrade(dsn: str) -> list[str]:
    """Apply what is missing; the names of what was applied. Raises `DatabaseUnavailable` or `MigrationRefused`."""
    connection = await connect(dsn)
    try:
        return await migrate(connection, migration_sources())
    finally:
        await connection.close()
