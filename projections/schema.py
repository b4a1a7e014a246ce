"""Where a projector's tables are: live ones in one schema, those of a rebuild beside them in another."""

from collections.abc import Sequence
from datetime import datetime

from projections.applying import Connection
from projections.projector import Projector

LIVE = "projections"
NEXT = "projections_next"

# Work on whole tables takes longer than a statement may for which a request waits: in the server, and in the driver.
NO_HURRY = "SELECT set_config('statement_timeout', '0', true)"
HOURS = 24 * 3600.0

# Nothing here is the only copy of anything: after a crash the checkpoint and the rows have both gone back a moment, and
# the log has it all. So a commit need not wait for the disk.
WORK_IN = "SELECT set_config('search_path', $1, true), set_config('synchronous_commit', 'off', true)"


async def work_in(connection: Connection, schema: str) -> None:
    """Until the end of the transaction, unqualified tables are those of `schema`."""
    await connection.execute(WORK_IN, schema)


TABLES = "SELECT tables FROM projections.projectors WHERE name = $1"


async def live_tables(connection: Connection, name: str) -> list[str]:
    """Those that a projector's live version owns: another version may have others."""
    return await connection.fetchval(TABLES, name) or []


RECORD = """INSERT INTO projections.projectors (name, version, tables, built_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE
            SET version = excluded.version, tables = excluded.tables, built_at = excluded.built_at"""


async def record(connection: Connection, projector: Projector, now: datetime) -> None:
    """From now on the live tables are of this projector's version."""
    await connection.execute(RECORD, projector.name, projector.version, projector.table_names, now)


async def make_tables(connection: Connection, projector: Projector, schema: str) -> None:
    """Empty tables in `schema`, in place of any that were there."""
    await work_in(connection, schema)
    await drop_tables(connection, schema, projector.table_names)
    await connection.execute(projector.ddl)


async def drop_tables(connection: Connection, schema: str, tables: Sequence[str]) -> None:
    if tables:
        await connection.execute(f"DROP TABLE IF EXISTS {qualified(schema, tables)}")


def qualified(schema: str, tables: Sequence[str]) -> str:
    return ", ".join(f'{schema}."{table}"' for table in tables)
