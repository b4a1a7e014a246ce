"""`seatledger migrate`: bring the database up to this program."""

from pathlib import Path

import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.upgrade import upgrade
from runtime.serving import run


@click.command("migrate")
@data_dir_option
def command(data_dir: Path | None) -> None:
    """Apply the migrations that are missing. Running it again does nothing."""
    with database(settings_with(data_dir=data_dir)) as dsn:
        applied = run(upgrade(dsn))
    for name in applied:
        click.echo(f"applied {name}")
    click.echo("the database is up to date")
