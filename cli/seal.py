"""`seatledger seal`: keep the log sealed; or change the key."""

import asyncio
import signal
from pathlib import Path

import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.production import must_suit_production
from cli.projecting import projector_pool
from cli.sealing.worker import run as run_sealer
from cli.sealing.worker import seal_all, sealer
from cli.stopped import Stopped
from eventstore.postgres.seal_keys import NoPrivateKey
from eventstore.postgres.sealer import SealingRefused, Step
from runtime.collecting import collect_seldom
from runtime.logs import configure_logging
from runtime.master_key import MasterKeyMissing
from runtime.serving import run
from runtime.settings import Settings

LEASE_SECONDS_MAX = 30.0
LOOK_SECONDS = 0.1
TAKEN = (
    f"another process has been sealing for {LEASE_SECONDS_MAX:.0f} seconds, as `up` and `project` do: nothing is "
    "left to do here, unless it hangs"
)


@click.command("seal")
@click.option("--once", is_flag=True, help="Seal what is new, and end.")
@click.option("--rotate-key", is_flag=True, help="Let a new key take over, signed by the old one, and end.")
@data_dir_option
def command(*, once: bool, rotate_key: bool, data_dir: Path | None) -> None:
    """Sign what the log is, behind its last position, until told to stop. `up` and `project` do so, too."""
    settings = settings_with(data_dir=data_dir)
    must_suit_production(settings)
    with database(settings) as dsn:
        if once or rotate_key:
            try:
                click.echo(run(_once(dsn, settings, rotate_key)))
            except (SealingRefused, NoPrivateKey, MasterKeyMissing) as error:
                raise Stopped(str(error)) from None
            except TimeoutError:
                raise Stopped(TAKEN) from None
        else:
            configure_logging(settings.log_level, settings.log_format)
            run(_follow(dsn, settings))


async def _once(dsn: str, settings: Settings, rotate_key: bool) -> str:
    async with projector_pool(dsn, settings) as pool:
        one = sealer(pool, settings)
        if rotate_key:
            async with asyncio.timeout(LEASE_SECONDS_MAX):
                while (key := await one.rotate()) is None:  # noqa: ASYNC110 - who holds the lease sets no Event
                    await asyncio.sleep(LOOK_SECONDS)
                return f"key {key.number} signs what comes after position {key.after:,}: {key.public.hex()}"
        # A long log may take long to seal; to wait for somebody else may not.
        patience = asyncio.get_running_loop().time() + LEASE_SECONDS_MAX
        while await seal_all(one) is Step.TAKEN:
            if asyncio.get_running_loop().time() > patience:
                raise TimeoutError
            await asyncio.sleep(LOOK_SECONDS)
    return "everything is sealed"


async def _follow(dsn: str, settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with projector_pool(dsn, settings) as pool:
        collect_seldom()
        await run_sealer(pool, settings, stop)
