"""`seatledger audit verify`: the proof that the log is whole."""

import json
import os
import sys
from pathlib import Path
from uuid import UUID

import asyncpg
import click

from audit_api.known import Known
from audit_api.sealed_stream import SealedStream
from audit_api.verification import verify_log, verify_stream
from cli.auditing.bars import Progress, bar
from cli.auditing.reading import audit_pool
from cli.auditing.recording import recorded
from cli.database import database
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.stopped import Stopped
from eventstore.offline.checking import check_export
from eventstore.offline.file import NotAKey, opened, public_key
from eventstore.offline.said import finding, summary, verdict_body
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.tree import PostgresTree
from eventstore.seals.kept import UnreadableSeals, saved_seals
from eventstore.verify import Verdict
from runtime.serving import run

PAGE = 5_000
"""Nobody else wants the event loop."""

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.option("--event-id", type=click.UUID, help="Verify this event's facts only.")
@click.option("--export", "export_file", type=FILE, help="Verify this export instead of the database.")
@click.option("--key", metavar="KEY|FILE", help="Public key of the seals: 64 hex digits, or a file.")
@click.option("--seals", "seals_file", type=FILE, help="Seals that were kept elsewhere.")
@as_json_option
@data_dir_option
def verify(
    *,
    event_id: UUID | None,
    export_file: Path | None,
    key: str | None,
    seals_file: Path | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Hash every fact again, look for what is missing, and hold all of it against the seals. Exit code 0: the log is
    whole; 1: it is not.
    """
    if event_id is not None and export_file is not None:
        raise click.UsageError(
            "--event-id looks at one event of the database; an export is proved as a whole"
        )
    known = _known(key, seals_file)
    try:
        if export_file is not None:
            verdict = _verify_export(export_file, known)
        else:
            with database(settings_with(data_dir=data_dir)) as dsn, bar("verifying") as progress:
                verdict = run(_verify_database(dsn, event_id, progress, known))
    except (UnreadableSeals, OSError) as error:
        raise Stopped(str(error)) from None
    _tell(verdict, known, as_json=as_json)


def _known(key: str | None, seals_file: Path | None) -> Known:
    try:
        pinned = None if key is None else public_key(key)
        return Known(pinned, () if seals_file is None else saved_seals(seals_file))
    except (NotAKey, UnreadableSeals, OSError) as error:
        raise Stopped(str(error)) from None


def _tell(verdict: Verdict, known: Known, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(verdict_body(verdict)))
        sys.exit(0 if verdict.first_bad is None else 1)
    if verdict.first_bad is not None:
        raise Stopped(finding(verdict.first_bad))
    click.echo(summary(verdict, known.pinned))


def _verify_export(path: Path, known: Known) -> Verdict:
    size = path.stat().st_size
    with opened(path) as (lines, file), bar("verifying") as progress:
        # By the place in the file, which may be compressed.
        return check_export(lines, known.pinned, known.saved, lambda _: progress(_at(file.fileno()), size))


def _at(descriptor: int) -> int:
    return os.lseek(descriptor, 0, os.SEEK_CUR)


async def _verify_database(dsn: str, event_id: UUID | None, progress: Progress, known: Known) -> Verdict:
    ids = {} if event_id is None else {"event_id": event_id}
    options = {"key": known.pinned and known.pinned.hex(), "seals": bool(known.saved)}
    async with audit_pool(dsn) as pool, recorded(pool, "verify", ids, options) as telling:
        verdict = await _verdict(pool, event_id, progress, known)
        if verdict is None:
            telling.status = 404
    if verdict is None:
        raise Stopped(f"there is no event {event_id}")
    return verdict


async def _verdict(
    pool: "asyncpg.Pool", event_id: UUID | None, progress: Progress, known: Known
) -> Verdict | None:
    store, chains, seals = PostgresStore(pool), PostgresChains(pool), PostgresSeals(pool)
    if event_id is None:
        return await verify_log(store, chains, seals, progress, known=known, page_max=PAGE)
    sealed = SealedStream(seals, PostgresTree(pool), known)
    return await verify_stream(store, chains, sealed, f"show-{event_id}", progress)
