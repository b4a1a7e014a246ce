"""The demo beside the server: the season, a burst of bookings, then a trickle until the end."""

import asyncio
import logging
from collections.abc import Callable
from random import Random

from cli.demo.box_office import Outcome
from cli.demo.burst import burst
from cli.demo.customers import made_up_customers, with_keys
from cli.demo.programme import programme_of
from cli.demo.season import demo_season
from cli.demo.trickle import trickle
from cli.importing.carrying_out import CALLER, import_season
from cli.importing.season import Season
from cli.importing.write_path import write_path
from cli.people import people
from runtime.ids import utc_now
from runtime.master_key import MasterKey

log = logging.getLogger(__name__)

DEMO = "demo"
SEED = "seatledger"
CUSTOMERS = 400


async def run_demo(
    dsn: str,
    master_key: MasterKey,
    stop: asyncio.Event,
    say: Callable[[str], None],
    season: Season | None = None,
) -> None:
    """Until `stop` is set. On a database that has seen it before, nothing is doubled: the trickle goes on.

    Whatever goes wrong ends the demo and not the server.
    """
    try:
        await _run(dsn, master_key, stop, say, season or demo_season())
    except Exception:
        log.exception("the demo has ended; the server goes on")


async def _run(
    dsn: str, master_key: MasterKey, stop: asyncio.Event, say: Callable[[str], None], season: Season
) -> None:
    # As the importer, so that `seatledger import` of the same file finds it all there.
    async with write_path(dsn, CALLER) as path:
        imported = await import_season(season, path)
    say(f"demo: {imported.lines()[0]}")
    programme = programme_of(imported, SEED)
    made_up = made_up_customers(Random(SEED), CUSTOMERS)  # noqa: S311 - nobody has to guess them
    async with people(dsn, master_key) as known:
        customers = await with_keys(made_up, known, utc_now())
    async with write_path(dsn, DEMO) as path:
        ended = await burst(path, programme, customers, SEED, stop)
        if stop.is_set():
            return
        if ended:
            counts = ", ".join(f"{ended[outcome]} {outcome.value}" for outcome in Outcome)
            say(f"demo: {ended.total()} customers came ({counts}); a few more come every second")
        else:
            say("demo: a few customers come every second")
        await trickle(path, programme, customers, SEED, stop)
