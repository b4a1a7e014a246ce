"""`seatledger rebuild`: fill a read model anew beside the live one, then put it in its place."""

from pathlib import Path

import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.projecting import projector_pool
from cli.stopped import Stopped
from projections.read_models import NoSuchProjector
from projections.rebuild import RebuildUnderWay, rebuild
from runtime.serving import run
from runtime.settings import Settings


@click.command("rebuild")
@click.argument("name")
@data_dir_option
def command(name: str, data_dir: Path | None) -> None:
    """Rebuild the read model NAME from the log. Readers notice nothing; it may run at any time."""
    settings = settings_with(data_dir=data_dir)
    with database(settings) as dsn:
        position = run(_rebuild(dsn, settings, name))
    click.echo(f"rebuilt {name} up to position {position}")


async def _rebuild(dsn: str, settings: Settings, name: str) -> int:
    reached = 0
    async with projector_pool(dsn, settings) as pool:
        with click.progressbar(length=1, label=name) as bar:

            def progress(done: int, total: int) -> None:
                nonlocal reached
                bar.length = max(total, 1)
                bar.update(max(0, done - reached))
                reached = done

            try:
                await rebuild(name, pool, progress)
            except (NoSuchProjector, RebuildUnderWay) as no:
                raise Stopped(str(no)) from None
    return reached
