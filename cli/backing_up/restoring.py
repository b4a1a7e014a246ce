"""Restore a dump, by pg_restore: all of it or, if anything goes wrong, nothing."""

import subprocess
import tempfile
from pathlib import Path

import asyncpg

from cli.backing_up.dump import FILE
from cli.backing_up.manifest import Manifest
from cli.backing_up.owners import give_back, make_roles
from cli.backing_up.stand import connected
from cli.migrations import migration_sources
from cli.stopped import Stopped
from cli.upgrade import upgrade
from runtime.migration_files import read_migrations
from runtime.postgres_programs import program, run_on

# Somebody may have made it beforehand, where only they may make extensions.
HAS_EXTENSIONS_SCHEMA = "SELECT to_regnamespace('extensions') IS NOT NULL"


def must_be_known(manifest: Manifest) -> None:
    """Raises Stopped for a backup of a newer program, before anything is restored."""
    known = {
        (source.name, each.number): each.checksum
        for source in migration_sources()
        for each in read_migrations(source)
    }
    for each in manifest.migrations:
        if known.get((each.source, each.number)) != each.checksum:
            raise Stopped(
                f"this backup is of Seatledger {manifest.program}, whose database has {each.source}/{each.number:04}, "
                "which this program does not know: restore it with that version or a newer one"
            )


async def restored(dsn: str, folder: Path, manifest: Manifest) -> list[str]:
    """Into an empty database, which is then brought up to this program; the roles that were made for it.

    Raises NoProgram, ProgramFailed.
    """
    connection = await connected(dsn)
    try:
        pg_restore = program("pg_restore", max(manifest.server, connection.get_server_version().major))
        made = await make_roles(connection, manifest)
        listed = contents(pg_restore, folder / FILE, but_extensions=await has_extensions(connection))
        with tempfile.NamedTemporaryFile("w", prefix="contents-", suffix=".lst") as chosen:
            chosen.write(listed)
            chosen.flush()
            run_on(
                dsn,
                pg_restore,
                "--single-transaction",
                "--exit-on-error",
                "--no-owner",
                "--no-comments",
                f"--use-list={chosen.name}",
                str(folder / FILE),
            )
        await give_back(connection, manifest)
        await connection.execute("ANALYZE", timeout=None)
    finally:
        await connection.close()
    await upgrade(dsn)
    return made


async def has_extensions(connection: asyncpg.Connection) -> bool:
    """Whether their schema is there."""
    found: bool = await connection.fetchval(HAS_EXTENSIONS_SCHEMA)
    return found


def contents(pg_restore: Path, file: Path, *, but_extensions: bool) -> str:
    """The dump's own list of what is in it, without a schema that is there already."""
    listed = subprocess.run(
        [pg_restore, "--list", file], capture_output=True, text=True, check=True
    ).stdout.splitlines(keepends=True)
    if but_extensions:
        listed = [line for line in listed if " SCHEMA - extensions " not in line]
    return "".join(listed)
