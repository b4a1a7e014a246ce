"""`seatledger audit replay`: the read tables once more out of the log, held against the live ones; or what if."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import click

from cli.auditing.as_of import AsOf
from cli.auditing.bars import bar
from cli.auditing.reading import audit_pool
from cli.auditing.recording import recorded
from cli.auditing.replayed import body, lines
from cli.auditing.supposed import changes, supposed
from cli.auditing.what_if import what_if
from cli.database import database
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.projecting import ROLE, following_keyring
from cli.stopped import Stopped
from eventstore.offline.lines import NotAnExport
from eventstore.postgres.store import PostgresStore
from projections.read_models import PROJECTORS, NoSuchProjector, projector_named
from projections.replaying.continued import Continued
from projections.replaying.exported import Export
from projections.replaying.replay import Replayed, Replaying, position_of
from projections.replaying.scratch import NoScratch, scratch
from projections.replaying.source import LiveLog, Source
from runtime.database import create_pool
from runtime.privacy.keyring import Keyring
from runtime.serving import run
from runtime.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)

CONNECTIONS = 3
"""One holds the scratch tables, one reads the log, one hears of who is erased."""


class Asked(NamedTuple):
    """What is to be replayed, and how many differing rows of a table are shown."""

    names: list[str]
    as_of: int | datetime | None
    export_file: Path | None
    shown_max: int


@click.command("replay")
@click.option(
    "--as-of", type=AsOf(), help="Replay up to this moment.  [default: where the live tables stand]"
)
@click.option(
    "--read-model", "names", multiple=True, metavar="NAME", help="Only this one; may be given repeatedly."
)
@click.option(
    "--export", "export_file", type=FILE, help="Replay this export, and the log only behind its end."
)
@click.option(
    "--show",
    "shown_max",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Differing rows a table.",
)
@click.option(
    "--what-if", "is_supposed", is_flag=True, help="Decide an event's facts anew under other rules instead."
)
@click.option("--event-id", type=click.UUID, help="With --what-if: which event.")
@supposed
@click.option("--svg", "svg_file", type=NEW_FILE, help="With --what-if: write a plot to this file.")
@as_json_option
@data_dir_option
def replay(
    *,
    as_of: int | datetime | None,
    names: tuple[str, ...],
    export_file: Path | None,
    shown_max: int,
    is_supposed: bool,
    event_id: UUID | None,
    svg_file: Path | None,
    as_json: bool,
    data_dir: Path | None,
    **given: Any,
) -> None:
    """Fill the read tables anew out of the log, in a scratch schema, and compare them row by row with the live ones.

    Nothing that is live is changed or held up. Exit code 0: all that could be compared is equal; 1: it is not, or
    nothing could be compared.

    With --what-if an event's bookings, payments and cancellations are decided once more as if its rules had been
    others, and what would have differed is told.
    """
    if is_supposed:
        if event_id is None or names:
            raise click.UsageError("--what-if is about one event: give --event-id, and no --read-model")
        what_if(
            event_id, changes(given), as_of=as_of, export_file=export_file, data_dir=data_dir, svg_file=svg_file,
            as_json=as_json,
        )  # fmt: skip
        return
    if event_id is not None or svg_file is not None or any(given.values()):
        raise click.UsageError("to suppose other rules for an event, give --what-if")
    settings = settings_with(data_dir=data_dir)
    try:
        chosen = [projector_named(name).name for name in dict.fromkeys(names)] or list(PROJECTORS)
        with database(settings) as dsn:
            found = run(_recorded(dsn, settings, Asked(chosen, as_of, export_file, shown_max)))
    except (NoSuchProjector, NoScratch, NotAnExport) as no:
        raise Stopped(str(no)) from None
    tell(found, as_json=as_json)


async def _recorded(dsn: str, settings: Settings, asked: Asked) -> list[Replayed]:
    """It tells rows and no facts."""
    options = {"as_of": asked.as_of, "export": asked.export_file, "read_models": ",".join(asked.names)}
    async with audit_pool(dsn) as pool, recorded(pool, "replay", {}, options):
        return await _replay(dsn, settings, asked)


async def _replay(dsn: str, settings: Settings, asked: Asked) -> list[Replayed]:
    pool = await create_pool(
        dsn, role=ROLE, application_name="seatledger replay", min_size=1, max_size=CONNECTIONS
    )
    try:
        async with following_keyring(pool, settings) as keyring:
            log = LiveLog(pool)
            if asked.export_file is None:
                to = None if asked.as_of is None else await _position(log, asked.as_of)
                return await _replay_from(log, to, pool, keyring, asked)
            with Export(asked.export_file) as export:
                if asked.as_of is None:
                    continued = Continued(export, log, PostgresStore(pool))
                    return await _replay_from(continued, None, pool, keyring, asked)
                to = await _position(export, asked.as_of)
                return await _replay_from(export, to, pool, keyring, asked)
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        raise Stopped("this database has no log yet: run `seatledger migrate` first") from None
    finally:
        await pool.close()


async def _position(source: Source, as_of: int | datetime) -> int:
    """A position that is not there yet is a slip of the hand, and to replay up to the end would hide it."""
    if isinstance(as_of, int) and as_of > (end := await source.head()):
        raise Stopped(f"there is no position {as_of:,} yet: the last one is {end:,}")
    return await position_of(source, as_of)


async def _replay_from(
    source: Source, to: int | None, pool: asyncpg.Pool, keyring: Keyring, asked: Asked
) -> list[Replayed]:
    async with scratch(pool) as connection:
        replaying = Replaying(connection, source, keyring, to, asked.shown_max)
        found = []
        for name in asked.names:
            with bar(f"{name:<14}") as progress:
                found.append(await replaying.replay(projector_named(name), progress))
        return found


def tell(found: Sequence[Replayed], *, as_json: bool) -> None:
    """Print it, and end with the exit code that says whether all is equal."""
    differing = sum(each.differing for each in found)
    nothing = not any(each.tables for each in found)
    if as_json:
        click.echo(json.dumps(body(found), default=str))
        sys.exit(1 if differing or nothing else 0)
    for line in lines(found):
        click.echo(line)
    if nothing:
        raise Stopped("nothing could be compared")
    if differing:
        raise Stopped(f"{differing:,} rows of the live tables are not what the log says")
