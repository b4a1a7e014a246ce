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
@click.option(
    "--pre", "part", flag_value=Part.PRE.value, help="Only what the version that is running bears, too."
)
@click.option(
    "--post", "part", flag_value=Part.POST.value, help="The rest, once nothing of that version is running."
)
@data_dir_option
def command(part: str | None, data_dir: Path | None) -> None:
    """Apply the migrations that are missing. Running it again does nothing."""
    with database(settings_with(data_dir=data_dir)) as dsn:
        applied = run(upgrade(dsn, None if part is None else Part(part)))
    for name in applied:
        click.echo(f"applied {name}")
    click.echo("the database is up to date" if part is None else f"the database has all of part {part}")
