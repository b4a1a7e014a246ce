"""`seatledger bench`: measure this machine."""

import asyncio
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from cli.bench.bars import bars
from cli.bench.rounds import How
from cli.bench.scenarios import NAMES, run_scenarios
from cli.bench.svg import svg
from cli.bench.table import curve_table, ratios, table, time_table, work_table
from cli.options import as_json as as_json_option
from runtime.serving import run

LEGEND = """CPU of server, postgres and client: microseconds per request. others: cores busy with other programs;
figures taken beside more than a tenth of a core are noise."""


@click.command("bench")
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[NAME]...")
@as_json_option
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 60),
    default=3.0,
    show_default=True,
    help="Length of one measurement.",
)
@click.option(
    "--rounds", type=click.IntRange(1, 100), default=5, show_default=True, help="Measurements of each side."
)
@click.option(
    "--scale",
    type=click.FloatRange(0.0001, 10),
    default=0.1,
    show_default=True,
    help="Size of the season that the read side is asked about; 1 is 50,000 events and 1,000,000 bookings.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0, 3600),
    default=0.0,
    show_default=True,
    help="Seconds to wait before each measurement for the machine to be idle.",
)
@click.option(
    "--svg",
    "svg_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the rates into this file.",
)
def command(
    names: tuple[str, ...],
    *,
    as_json: bool,
    seconds: float,
    rounds: int,
    scale: float,
    patience: float,
    svg_file: Path | None,
) -> None:
    """Compare the write path with others on this machine: all scenarios, or those named.

    It starts a PostgreSQL of its own in a temporary folder, with durable settings, and leaves nothing behind.
    """

    def how(name: str) -> How:
        return How(seconds, rounds, patience, partial(_say, name), scale)

    try:
        figures = run(_measured(names or NAMES, how))
    except asyncio.CancelledError:
        raise click.Abort from None
    if svg_file is not None:
        svg_file.write_text(svg(figures))
    if as_json:
        click.echo(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode())
        return
    for name, found in figures.items():
        click.echo(_shown(name, found))


async def _measured(names: tuple[str, ...], how: Callable[[str], How]) -> dict[str, dict[str, Any]]:
    # Told to stop, it still takes its servers, its database and their folder with it.
    this = asyncio.current_task()
    if this is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    return await run_scenarios(names, how)


def _say(name: str, what: str) -> None:
    """Progress goes to standard error, where it does not disturb the JSON."""
    click.echo(f"{name}: {what}", err=True)


def _shown(name: str, found: dict[str, Any]) -> str:
    on = found["machine"]
    parts = [
        f"\n{name}, on {on['cores']} x {on['processor']}, PostgreSQL {on['postgres']}, load before {on['load_before']}"
    ]
    if "season" in found:
        parts.append(", ".join(f"{what} {number:,}" for what, number in found["season"].items()))
    if "works" in found:
        parts.append(work_table(found["works"]))
    if "times" in found:
        parts.append(time_table(found["times"]))
    if "curve" in found:
        parts += [curve_table(found["curve"]), curve_table(found["neighbour"])]
    if "sides" in found:
        parts += [table(found["sides"]), LEGEND, bars(found["sides"])]
    return "\n\n".join([*parts, ratios(found)])
