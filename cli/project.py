"""`seatledger project`: keep the read tables and the seals up with the log, and watch over both."""

import asyncio
import signal
from pathlib import Path

import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.orphans import end_with_parent
from cli.production import must_suit_production
from cli.projecting import following_keyring, projector_pool
from cli.sealing.worker import run as run_sealer
from cli.stopped import Stopped
from cli.watching.worker import run as run_watchman
from cli.watching.worker import watch_pool
from projections.following.worker import run as run_projectors
from projections.read_models import NoSuchProjector
from runtime.collecting import collect_seldom
from runtime.logs import configure_logging
from runtime.serving import run
from runtime.settings import Settings


@click.command("project")
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@click.option("--parent", type=int, hidden=True, help="Stop when this process is not our parent any more.")
@data_dir_option
def command(names: tuple[str, ...], parent: int | None, data_dir: Path | None) -> None:
    """Run the projectors of these names, or all of them, until told to stop, seal the log, and watch it. Several may
    run beside each other.
    """
    if parent is not None:
        end_with_parent(parent)
    settings = settings_with(data_dir=data_dir)
    must_suit_production(settings)
    configure_logging(settings.log_level, settings.log_format)
    with database(settings) as dsn:
        run(_project(dsn, settings, names))


async def _project(dsn: str, settings: Settings, names: tuple[str, ...]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with (
        projector_pool(dsn, settings) as pool,
        watch_pool(dsn) as own_pool,
        following_keyring(pool, settings) as keyring,
    ):
        collect_seldom()
        beside = [
            asyncio.create_task(run_sealer(pool, settings, stop)),
            asyncio.create_task(run_watchman(own_pool, stop)),
        ]
        try:
            await run_projectors(pool, names, stop, settings, keyring)
            await asyncio.gather(*beside)
        except NoSuchProjector as unknown:
            raise Stopped(str(unknown)) from None
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
