"""`seatledger status`: how far the log and every read model are, and what they take."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic

import asyncpg
import click
import orjson

from cli.database import database
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.projecting import projector_pool
from cli.status_page import page
from cli.watching.look import WatchLook
from cli.watching.look import look as look_at_watch
from eventstore.postgres.store import PostgresStore
from projections.status import Footing, ProjectorStatus, footings, statuses
from runtime.ids import utc_now
from runtime.serving import run
from runtime.settings import Settings

SAMPLE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """`rates` are facts a second that each read model took in since the look before."""

    last_position: int
    read_models: list[ProjectorStatus]
    on: dict[str, Footing]
    rates: dict[str, float]
    watch: WatchLook

    def as_json(self) -> bytes:
        models = [
            {**asdict(each), **asdict(self.on[each.name]), "facts_per_second": self.rates[each.name]}
            for each in self.read_models
        ]
        watch = {
            "position": self.watch.position,
            "lag_facts": self.watch.lag_facts,
            "open_violations": [each._asdict() for each in self.watch.open],
        }
        return orjson.dumps({"last_position": self.last_position, "read_models": models, "watch": watch})


@click.command("status")
@as_json_option
@click.option("--watch", is_flag=True, help="Look again every second until interrupted.")
@data_dir_option
def command(as_json: bool, watch: bool, data_dir: Path | None) -> None:
    """Show the log's last position and, for each read model, its version, its lag in facts and seconds, its rate over
    the last second, its rows and size, its workers, and its parked streams; then what the watchman has found.
    """
    settings = settings_with(data_dir=data_dir)
    with database(settings) as dsn:
        run(_show(dsn, settings, as_json=as_json, watch=watch))


async def _show(dsn: str, settings: Settings, *, as_json: bool, watch: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with projector_pool(dsn, settings) as pool:
        async for look in _looks(pool, stop):
            if watch and not as_json:
                click.clear()
            click.echo(
                look.as_json()
                if as_json
                else page(look.last_position, look.read_models, look.on, look.rates, look.watch)
            )
            if not watch:
                return


async def _looks(pool: asyncpg.Pool, stop: asyncio.Event) -> AsyncIterator[Look]:
    """One every second until told to stop, each with the rates since the one before."""
    before, then = await statuses(pool, utc_now()), monotonic()
    while not stop.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(SAMPLE_SECONDS):
                await stop.wait()
        last = await PostgresStore(pool).last_position()
        found, now = await statuses(pool, utc_now()), monotonic()
        rates = {
            new.name: max(0.0, round((new.position - old.position) / (now - then), 1))
            for old, new in zip(before, found, strict=True)
        }
        yield Look(last, found, await footings(pool), rates, await look_at_watch(pool))
        before, then = found, now
