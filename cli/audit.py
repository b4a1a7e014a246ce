"""`seatledger audit`: the proof that the log is whole."""

import json
import sys
from pathlib import Path
from uuid import UUID

import asyncpg
import click

import audit_api.app
from audit_api.verification import Progress, Verdict, verdict_body, verify_log, verify_stream
from cli.database import database
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.stopped import Stopped
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.store import PostgresStore
from eventstore.verify import Break
from runtime.database import create_pool
from runtime.serving import run


@click.command("verify")
@click.option("--event-id", type=click.UUID, help="Verify this event's facts only.")
@as_json_option
@data_dir_option
def verify(*, event_id: UUID | None, as_json: bool, data_dir: Path | None) -> None:
    """Hash every fact again and look for what is missing. Exit code 0: the log is whole; 1: it is not."""
    with database(settings_with(data_dir=data_dir)) as dsn:
        verdict = _with_progress(dsn, event_id)
    if as_json:
        click.echo(json.dumps(verdict_body(verdict)))
        sys.exit(0 if verdict.first_bad is None else 1)
    if verdict.first_bad is not None:
        raise Stopped(_finding(verdict.first_bad))
    click.echo(f"verified: {_counted(verdict.facts, 'fact')} in {_counted(verdict.streams, 'stream')}")


def _with_progress(dsn: str, event_id: UUID | None) -> Verdict:
    # On standard error, so that what is printed can be piped; and only where somebody sees it move.
    watched = sys.stderr.isatty()
    with click.progressbar(length=1, label="verifying", file=sys.stderr, hidden=not watched) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        return run(_verify(dsn, event_id, progress))


async def _verify(dsn: str, event_id: UUID | None, progress: Progress) -> Verdict:
    pool = await create_pool(
        dsn, role=audit_api.app.ROLE, application_name="seatledger audit", min_size=1, max_size=1
    )
    store, chains = PostgresStore(pool), PostgresChains(pool)
    try:
        if event_id is None:
            return await verify_log(store, chains, progress)
        verdict = await verify_stream(store, chains, f"show-{event_id}", progress)
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        # The server may have our roles from another database while this one has no log.
        raise Stopped("this database has no log yet: run `seatledger migrate` first") from None
    finally:
        await pool.close()
    if verdict is None:
        raise Stopped(f"there is no event {event_id}")
    return verdict


def _finding(bad: Break) -> str:
    where = f"position {bad.position}"
    if bad.stream:
        where += f", version {bad.version} of {bad.stream}"
    return f"the log is broken at {where}: {bad.problem}"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


command = click.Group("audit", [verify], help="Prove that the log is whole.")
