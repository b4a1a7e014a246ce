"""`seatledger skip`: let a parked stream go on without the fact that parked it."""

from pathlib import Path

import click

from cli.database import database
from cli.machine_user import machine_user
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.projecting import keyring_over, projector_pool
from cli.stopped import Stopped
from projections.parked.retrying import CannotRetry
from projections.parked.skipping import NotParked, Skip, skip
from projections.read_models import NoSuchProjector
from runtime.ids import utc_now
from runtime.serving import run
from runtime.settings import Settings

WORDS_MAX = 1_000


@click.command("skip")
@click.argument("name")
@click.argument("stream")
@click.option("--why", required=True, help="What is wrong with the fact; it is kept.")
@click.option("--by", help="Who says so; the user of this machine, if not given.")
@data_dir_option
def command(name: str, stream: str, why: str, by: str | None, data_dir: Path | None) -> None:
    """Leave out the fact for which the read model NAME has set STREAM aside, and apply the facts after it.

    The log is not changed, and a rebuild applies the fact if it can by then.
    """
    if not why.strip():
        raise click.UsageError("--why is empty")
    settings = settings_with(data_dir=data_dir)
    said = Skip((by or machine_user())[:WORDS_MAX], why.strip()[:WORDS_MAX], utc_now())
    with database(settings) as dsn:
        run(_skip(dsn, settings, name, stream, said))


async def _skip(dsn: str, settings: Settings, name: str, stream: str, said: Skip) -> None:
    async with projector_pool(dsn, settings) as pool:
        try:
            whole = await skip(name, stream, said, pool, keyring_over(pool, settings))
        except (NoSuchProjector, CannotRetry, NotParked) as no:
            raise Stopped(str(no)) from None
    if not whole:
        raise Stopped(
            f"{name} leaves it out, and cannot apply a later fact of {stream}; `seatledger status` shows which"
        )
    click.echo(f"{stream} is in {name} again, without that fact")
