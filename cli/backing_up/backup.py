"""`seatledger backup`: take the database elsewhere, while everything runs."""

import shutil
from pathlib import Path

import click

from cli.backing_up.dump import dump
from cli.backing_up.manifest import Manifest, write_manifest
from cli.backing_up.server_files import base
from cli.database import database_that_is_there
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.stopped import Stopped
from runtime.serving import run


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--base", "is_base", is_flag=True, help="Copy the server's files, to restore to any later moment."
)
@click.option("--without-read-tables", is_flag=True, help="Leave out what is filled again from the log.")
@data_dir_option
def command(*, folder: Path, is_base: bool, without_read_tables: bool, data_dir: Path | None) -> None:
    """Back up the database into FOLDER, which must not exist yet or be empty. Sales go on meanwhile.

    The master key is not in it. Keep it elsewhere: who has both can read every name.
    """
    if is_base and without_read_tables:
        raise click.UsageError("--base copies files whole; --without-read-tables is for dumps")
    settings = settings_with(data_dir=data_dir)
    with database_that_is_there(settings) as dsn:
        made = must_be_empty(folder)
        try:
            work = base(dsn, folder) if is_base else dump(dsn, folder, read_tables=not without_read_tables)
            manifest = run(work)
            write_manifest(folder, manifest)
        except BaseException:
            # A part of a backup is none, and would stand in the way of the next.
            shutil.rmtree(folder, ignore_errors=True)
            if not made:
                folder.mkdir(mode=0o700, exist_ok=True)
            raise
    click.echo(said(manifest, folder))


def must_be_empty(folder: Path) -> bool:
    """Make the folder; whether it was not there before. Raises Stopped when there is anything in it."""
    try:
        if folder.exists() and any(folder.iterdir()):
            raise Stopped(f"{folder} has something in it already: name a new folder")
        made = not folder.exists()
        # What is in it is the whole database.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Stopped(f"{folder} cannot be written: {error}") from None
    return made


def said(manifest: Manifest, folder: Path) -> str:
    """What an operator wants to know at once."""
    lines = [f"backed up {manifest.log.position:,} facts, root {manifest.log.root[:16]}, in {folder}"]
    if manifest.master_keys:
        lines.append(
            f"to read names in it takes master key {', '.join(manifest.master_keys)}, which is not in it"
        )
    return "\n".join(lines)
