"""A copy of a server's files, by pg_basebackup: with its write-ahead log it can be taken to any later moment."""

from pathlib import Path

from cli.backing_up.manifest import Manifest
from cli.backing_up.stand import connected, stand_of
from runtime.postgres_programs import program, run_on

FOLDER = "base"


async def base(dsn: str, folder: Path) -> Manifest:
    """Copy the files, and say what is in them at least: they are as of the end of the copying, and the log only grows.

    Raises Stopped, NoProgram, ProgramFailed.
    """
    connection = await connected(dsn)
    try:
        pg_basebackup = program("pg_basebackup", connection.get_server_version().major)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            manifest = await stand_of(connection, kind="base", files=[], read_tables=False)
        # It writes a list of its files with their digests, which pg_verifybackup checks.
        run_on(
            dsn,
            pg_basebackup,
            f"--pgdata={folder / FOLDER}",
            "--checkpoint=fast",
            "--wal-method=stream",
            "--manifest-checksums=SHA256",
        )
    finally:
        await connection.close()
    return manifest
