"""`seatledger migrate`: bring the database up to this program."""

from pathlib import Path

import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.upgrade import upgrade
from runtime.migration_files import Part
from runtime.serving import run


@click.command("migrate")
@click.option("--pre", "is_pre", is_flag=True, help="Only what the version that is running bears, too.")
@click.option("--post", "is_post", is_flag=True, help="The rest, once nothing of that version is running.")
@data_dir_option
def command(*, is_pre: bool, is_post: bool, data_dir: Path | None) -> None:
    """Apply the migrations that are missing. Running it again does nothing."""
    if is_pre and is_post:
        raise click.UsageError("--pre and --post are two steps; give neither to take both at once")
    part = Part.PRE if is_pre else Part.POST if is_post else None
    with database(settings_with(data_dir=data_dir)) as dsn:
        applied = run(upgrade(dsn, part))
    for name in applied:
        click.echo(f"applied {name}")
    click.echo("the database is up to date" if part is None else f"the database has all of part {part.value}")
