"""`seatledger retry`: take parked streams up again."""

from pathlib import Path

import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.projecting import keyring_over, projector_pool
from cli.stopped import Stopped
from projections.parked.retrying import CannotRetry, parked_streams, retry
from projections.read_models import NoSuchProjector
from runtime.serving import run
from runtime.settings import Settings


@click.command("retry")
@click.argument("name")
@click.argument("stream", required=False)
@data_dir_option
def command(name: str, stream: str | None, data_dir: Path | None) -> None:
    """Apply the facts of STREAM that the read model NAME has set aside, once their cause is mended; without STREAM, of
    all streams that it has set aside.
    """
    settings = settings_with(data_dir=data_dir)
    with database(settings) as dsn:
        run(_retry(dsn, settings, name, stream))


async def _retry(dsn: str, settings: Settings, name: str, stream: str | None) -> None:
    failed = []
    async with projector_pool(dsn, settings) as pool:
        keyring = keyring_over(pool, settings)
        try:
            streams = [stream] if stream is not None else await parked_streams(name, pool)
            for each in streams:
                if await retry(name, each, pool, keyring):
                    click.echo(f"{each} is in {name} again")
                else:
                    failed.append(each)
        except (NoSuchProjector, CannotRetry) as no:
            raise Stopped(str(no)) from None
    if failed:
        raise Stopped(f"{', '.join(failed)} still cannot be applied to {name}; `seatledger status` shows why")
    if not streams:
        click.echo(f"no stream is parked in {name}")
