"""A dump of the database, by pg_dump: of one moment, for any server of the same version or a newer one."""

from pathlib import Path

from cli.backing_up.manifest import Manifest, backed_up
from cli.backing_up.stand import connected, stand_of
from runtime.postgres_programs import program, run_on

FILE = "database.dump"

# What a rebuild has begun is worth nothing to anybody else.
LEFT_OUT = ("--exclude-table=projections_next.*",)
WITHOUT_READ_TABLES = ("--exclude-table-data=projections.*",)

SNAPSHOT = "SELECT pg_export_snapshot()"


async def dump(dsn: str, folder: Path, *, read_tables: bool) -> Manifest:
    """Write the dump, and say what is in it: both see the database as of one moment, while it goes on.

    Raises Stopped, NoProgram, ProgramFailed.
    """
    connection = await connected(dsn)
    try:
        pg_dump = program("pg_dump", connection.get_server_version().major)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval(SNAPSHOT)
            path = folder / FILE
            # The dump takes as long as it takes, and our transaction keeps its moment: there is nothing else to do.
            run_on(
                dsn,
                pg_dump,
                "--format=custom",
                f"--file={path}",
                f"--snapshot={snapshot}",
                *LEFT_OUT,
                *(() if read_tables else WITHOUT_READ_TABLES),
            )
            return await stand_of(
                connection, kind="dump", files=[backed_up(path, folder)], read_tables=read_tables
            )
    finally:
        await connection.close()
