"""`seatledger watch`: check all the time that what must hold does; list what does not, or acknowledge it."""

import asyncio
import secrets
import signal
from pathlib import Path

import asyncpg
import click

from cli.database import database
from cli.machine_user import machine_user
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.production import must_suit_production
from cli.stopped import Stopped
from cli.watching.look import WatchLook, look
from cli.watching.page import listed
from cli.watching.worker import run as run_watchman
from cli.watching.worker import watch_pool
from eventstore.postgres.violations import NoSuchViolation, PostgresViolations
from projections.watching.sampling import sampled
from projections.watching.watchman import Step, Watchman
from runtime.collecting import collect_seldom
from runtime.ids import utc_now
from runtime.logs import configure_logging
from runtime.serving import run

LEASE_SECONDS_MAX = 30.0
LOOK_SECONDS = 0.1
TAKEN = (
    f"another process has been watching for {LEASE_SECONDS_MAX:.0f} seconds, as `up` and `project` do: nothing is "
    "left to do here, unless it hangs"
)
SAMPLES = 10
WORDS_MAX = 1_000


@click.command("watch")
@click.option("--once", is_flag=True, help="Check what is new and some read tables, and end.")
@click.option("--list", "as_list", is_flag=True, help="Show what is open, and end.")
@click.option(
    "--acknowledge",
    multiple=True,
    type=click.IntRange(1),
    metavar="NUMBER",
    help="Somebody has seen to this violation.",
)
@click.option("--why", help="What it was, and what was done; goes with --acknowledge.")
@click.option("--by", help="Who says so; the user of this machine, if not given.")
@data_dir_option
def command(
    *,
    once: bool,
    as_list: bool,
    acknowledge: tuple[int, ...],
    why: str | None,
    by: str | None,
    data_dir: Path | None,
) -> None:
    """Follow the log and check that no place is sold twice, nothing beyond its capacity, no more paid back than was
    paid, no chain broken, and that read tables are what the log says. `up` and `project` do so, too.

    With --once and --list the exit code is 1 when anything is open.
    """
    if once + as_list + bool(acknowledge) > 1:
        raise click.UsageError("--once, --list and --acknowledge do not go together")
    if bool(acknowledge) != bool(why and why.strip()):
        raise click.UsageError("--acknowledge and --why go together")
    settings = settings_with(data_dir=data_dir)
    must_suit_production(settings)
    with database(settings) as dsn:
        if acknowledge:
            click.echo(run(_acknowledge(dsn, acknowledge, by or machine_user(), str(why))))
        elif once or as_list:
            try:
                found = run(_look(dsn, once=once))
            except TimeoutError:
                raise Stopped(TAKEN) from None
            click.echo("\n".join(listed(found)))
            if found.open_count:
                raise SystemExit(1)
        else:
            configure_logging(settings.log_level, settings.log_format)
            run(_follow(dsn))


async def _acknowledge(dsn: str, numbers: tuple[int, ...], by: str, why: str) -> str:
    said = []
    async with watch_pool(dsn) as pool:
        violations = PostgresViolations(pool)
        for number in numbers:
            try:
                before = await violations.acknowledge(
                    number, by[:WORDS_MAX], why.strip()[:WORDS_MAX], utc_now()
                )
            except NoSuchViolation as error:
                raise Stopped(str(error)) from None
            done = "is acknowledged" if before is None else f"had been acknowledged by {before} before"
            said.append(f"violation {number} {done}")
    return "\n".join(said)


async def _look(dsn: str, *, once: bool) -> WatchLook:
    async with watch_pool(dsn) as pool:
        if once:
            await _once(pool)
        return await look(pool)


async def _once(pool: "asyncpg.Pool") -> None:
    """All that is new, and some comparisons."""
    watchman = Watchman(pool, utc_now)
    await _catch_up(watchman)
    for _ in range(SAMPLES):
        watchman.report(await sampled(pool, watchman.recent, secrets.randbelow))
    await _catch_up(watchman)


async def _catch_up(watchman: Watchman) -> None:
    async with asyncio.timeout(None) as patience:
        while (step := await watchman.step()) is not Step.CAUGHT_UP:
            if step is Step.TAKEN:
                if patience.when() is None:
                    patience.reschedule(asyncio.get_running_loop().time() + LEASE_SECONDS_MAX)
                await asyncio.sleep(LOOK_SECONDS)
            else:
                patience.reschedule(None)


async def _follow(dsn: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with watch_pool(dsn) as pool:
        collect_seldom()
        await run_watchman(pool, stop)
