"""`seatledger retry`: take a parked stream up again."""

from pathlib import Path

import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.projecting import projector_pool
from cli.stopped import Stopped
from projections.read_models import NoSuchProjector
from projections.retrying import LeaseNotHad, retry
from runtime.serving import run
from runtime.settings import Settings


@click.command("retry")
@click.argument("name")
@click.argument("stream")
@data_dir_option
def command(name: str, stream: str, data_dir: Path | None) -> None:
    """Apply the facts of STREAM that the read model NAME has set aside, once their cause is mended."""
    settings = settings_with(data_dir=data_dir)
    with database(settings) as dsn:
        if not run(_retry(dsn, settings, name, stream)):
            raise Stopped(f"{stream} still cannot be applied to {name}; `seatledger status` shows why")
    click.echo(f"{stream} is in {name} again")


async def _retry(dsn: str, settings: Settings, name: str, stream: str) -> bool:
    async with projector_pool(dsn, settings) as pool:
        try:
            return await retry(name, stream, pool)
        except (NoSuchProjector, LeaseNotHad) as no:
            raise Stopped(str(no)) from None
