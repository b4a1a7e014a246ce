"""`seatledger rebuild`: fill read models anew beside the live ones, then put them in their place."""

from pathlib import Path
from time import monotonic

import asyncpg
import click

from cli.database import database
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.projecting import following_keyring, projector_pool
from cli.stopped import Stopped
from projections.read_models import PROJECTORS, NoSuchProjector, projector_named
from projections.rebuilding.rebuild import RebuildUnderWay, Rebuilt, rebuild
from projections.rebuilding.switching import SwitchFailed
from runtime.privacy.keyring import Keyring
from runtime.serving import run
from runtime.settings import Settings


@click.command("rebuild")
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@click.option("--all", "every", is_flag=True, help="Rebuild every read model.")
@click.option(
    "--prove", "proven", is_flag=True, help="Compare the new tables with the live ones before the switch."
)
@data_dir_option
def command(names: tuple[str, ...], every: bool, proven: bool, data_dir: Path | None) -> None:
    """Rebuild the read models of these names from the log. Readers notice nothing; it may run at any time.

    With --prove, the exit code is 1 when a live table was not what the log says. It is replaced all the same.
    """
    if bool(names) == every:
        raise click.UsageError("name one read model or more, or give --all")
    chosen = tuple(PROJECTORS) if every else names
    settings = settings_with(data_dir=data_dir)
    with database(settings) as dsn:
        wrong = run(_rebuild_each(dsn, settings, chosen, proven=proven))
    if wrong:
        raise Stopped(f"what was live differed from the log, and has been replaced: {', '.join(wrong)}")


async def _rebuild_each(dsn: str, settings: Settings, names: tuple[str, ...], *, proven: bool) -> list[str]:
    """The tables that were wrong."""
    wrong: list[str] = []
    async with projector_pool(dsn, settings) as pool, following_keyring(pool, settings) as keyring:
        try:
            for name in names:
                projector_named(name)
            for name in names:
                rebuilt = await _rebuild(pool, keyring, name, proven=proven)
                click.echo(f"rebuilt {name} up to position {rebuilt.position}{_said(rebuilt)}")
                wrong += rebuilt.proof.differing if rebuilt.proof else ()
        except (NoSuchProjector, RebuildUnderWay, SwitchFailed) as no:
            raise Stopped(str(no)) from None
    return wrong


async def _rebuild(pool: asyncpg.Pool, keyring: Keyring, name: str, *, proven: bool) -> Rebuilt:
    """With a bar that shows facts, rate and time left."""
    began, reached = monotonic(), 0

    def figures(position: int | None) -> str:
        if position is None:
            return ""
        rate = position / max(monotonic() - began, 0.001)
        return f"{position:,} of {bar.length:,} facts, {rate:,.0f}/s"

    def progress(position: int, last: int) -> None:
        nonlocal reached
        bar.length = max(last, 1)
        bar.update(max(0, position - reached), position)
        reached = position

    with click.progressbar(length=1, label=f"{name:<14}", item_show_func=figures) as bar:
        return await rebuild(name, pool, keyring, progress, proven=proven)


def _said(rebuilt: Rebuilt) -> str:
    """What came of the proof."""
    proof = rebuilt.proof
    if proof is None:
        return f"; nothing to compare: {rebuilt.not_proven}" if rebuilt.not_proven else ""
    if not proof.differing:
        return f"; equal to what was live at position {proof.position}"
    said = f"; {', '.join(proof.differing)} differed from what was live at position {proof.position}"
    if proof.unparked:
        said += f"; parked before and applied now: {', '.join(sorted(proof.unparked))}"
    if proof.parked:
        said += f"; applied before and parked now: {', '.join(sorted(proof.parked))}"
    return said
