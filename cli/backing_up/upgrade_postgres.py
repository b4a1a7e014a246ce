"""`seatledger upgrade-postgres`: take the embedded database to a new major version of PostgreSQL."""

import re
import tempfile
from pathlib import Path

import click

from cli.backing_up.dump import dump
from cli.backing_up.empty_place import new_cluster
from cli.backing_up.manifest import Manifest
from cli.backing_up.proving import Proof, proved
from cli.backing_up.restoring import must_be_known, restored
from cli.database import DATABASE
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.stopped import Stopped
from runtime.embedded_postgres.binaries import find_binaries
from runtime.embedded_postgres.identity import try_out
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.postgres_programs import NoProgram, versions
from runtime.serving import run

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("upgrade-postgres")
@click.option(
    "--old-programs", type=FOLDER, help="Folder with `postgres` of the old version, if it is not found."
)
@data_dir_option
def command(*, old_programs: Path | None, data_dir: Path | None) -> None:
    """Copy the embedded database from an older major version of PostgreSQL into this one, and prove the copy.

    Stop every program on the data folder first. The old data stays beside the new until you remove it.
    """
    settings = settings_with(data_dir=data_dir)
    if settings.database_url is not None:
        raise Stopped("DATABASE_URL names a server of your own, which is upgraded by whoever runs it")
    folder = settings.data_dir.absolute()
    ours = try_out(find_binaries()).major
    old = old_major(folder, ours)
    if old is None:
        click.echo(f"the embedded database is of PostgreSQL {ours} already, or there is none yet")
        return
    proof = copied(folder, old, old_programs or programs_of(old))
    kept = folder / f"postgres-{old}.old"
    (folder / f"postgres-{old}").rename(kept)
    click.echo(
        f"copied {proof.position:,} facts from PostgreSQL {old} to {ours}; the chain of hashes is whole"
    )
    click.echo(f"the old data is in {kept}: remove it when you no longer want to go back")


def old_major(folder: Path, ours: int) -> int | None:
    """The version whose data is in use; None when that is ours. Raises Stopped for a newer one."""
    found = [
        int(name[1])
        for each in folder.glob("postgres-*")
        if (name := re.fullmatch(r"postgres-(\d+)", each.name))
    ]
    if not found or ours in found:
        return None
    if max(found) > ours:
        raise Stopped(f"{folder} is of PostgreSQL {max(found)}, and this is {ours}: there is no way back")
    return max(found)


def programs_of(major: int) -> Path:
    """The folder of that version's programs on this machine. Raises NoProgram."""
    for path, version in versions("postgres"):
        if version == major:
            return path.resolve().parent
    raise NoProgram(
        f"the data is of PostgreSQL {major}, which is not on this machine: install it (Debian: postgresql-{major}), or "
        "name the folder of its programs with --old-programs"
    )


def copied(folder: Path, old: int, programs: Path) -> Proof:
    """The new data beside the old. Whatever goes wrong, the old is in use as it was."""
    with (
        new_cluster(folder, beside=f"postgres-{old}") as scratch,
        tempfile.TemporaryDirectory(prefix="upgrade-", dir=folder) as between,
    ):
        manifest = dumped(folder, programs, Path(between))
        must_be_known(manifest)
        with EmbeddedPostgres(scratch, database=DATABASE) as server:
            run(restored(server.dsn, Path(between), manifest))
            proof = run(proved(server.dsn, manifest))
        if proof.first_bad is not None:
            raise Stopped(f"the copy is not what it was, and the old data stays in use: {proof.first_bad}")
        return proof


def dumped(folder: Path, programs: Path, into: Path) -> Manifest:
    """By the old server itself. Raises FolderInUse while a program is running on it."""
    with EmbeddedPostgres(folder, database=DATABASE, binaries=programs) as server:
        return run(dump(server.dsn, into, read_tables=True))
