"""`seatledger audit replay --what-if`: an event's facts decided anew under other rules."""

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from audit_api.what_if.changes import Changes
from audit_api.what_if.outcome import Outcome
from audit_api.what_if.running import NothingHappened, UnknownTypes
from audit_api.what_if.running import what_if as run_what_if
from cli.auditing.outcome import body, lines
from cli.auditing.outcome_svg import svg
from cli.auditing.reading import audit_pool
from cli.auditing.recording import recorded
from cli.database import database
from cli.options import settings_with
from cli.stopped import Stopped
from domain.codec import CODEC
from eventstore.facts import RecordedFact
from eventstore.offline.file import opened
from eventstore.offline.lines import NotAnExport
from eventstore.offline.recorded import recorded_facts
from eventstore.postgres.store import PostgresStore
from eventstore.store import whole_stream
from runtime.serving import run

AsOf = int | datetime | None


def what_if(
    event_id: UUID,
    changes: Changes,
    *,
    as_of: AsOf,
    export_file: Path | None,
    data_dir: Path | None,
    svg_file: Path | None,
    as_json: bool,
) -> None:
    """Print what would have differed, and plot it."""
    stream = f"show-{event_id}"
    try:
        if export_file is None:
            with database(settings_with(data_dir=data_dir)) as dsn:
                facts = run(_of_log(dsn, event_id, changes, as_of))
        else:
            with opened(export_file) as (written, _):
                facts = [fact for fact in up_to(recorded_facts(written), as_of) if fact.stream == stream]
        if not facts:
            raise Stopped(f"there is no event {event_id}" + ("" if as_of is None else " at that moment"))
        found = run_what_if([_decoded(fact) for fact in facts], changes)
    except (NothingHappened, UnknownTypes, NotAnExport, OSError) as no:
        raise Stopped(str(no)) from None
    if svg_file is not None:
        _plot(found, svg_file)
    if as_json:
        click.echo(json.dumps(body(found)))
        return
    for line in lines(found):
        click.echo(line)


def _plot(found: Outcome, to: Path) -> None:
    try:
        to.write_text(svg(found), "utf-8")
    except OSError as error:
        raise Stopped(f"the plot could not be written to {to}: {error.strerror}") from None


def _decoded(fact: RecordedFact) -> Any:
    return CODEC.decode(fact.name, fact.schema_version, fact.data)


def up_to(facts: Iterable[RecordedFact], as_of: AsOf) -> Iterable[RecordedFact]:
    """Those until the first that comes after that moment. The rest is not even read."""
    for fact in facts:
        if not _is_by(fact, as_of):
            return
        yield fact


def _is_by(fact: RecordedFact, as_of: AsOf) -> bool:
    match as_of:
        case None:
            return True
        case int():
            return fact.position <= as_of
        case datetime():
            return fact.recorded_at <= as_of


async def _of_log(dsn: str, event_id: UUID, changes: Changes, as_of: AsOf) -> list[RecordedFact]:
    asked = {"what_if": True, "as_of": as_of, **asdict(changes)}
    async with audit_pool(dsn) as pool, recorded(pool, "replay", {"event_id": event_id}, asked) as telling:
        pages: AsyncIterator[list[RecordedFact]] = whole_stream(PostgresStore(pool), f"show-{event_id}")
        found = [fact async for page in pages for fact in page]
        told = list(up_to(found, as_of))
        telling.facts, telling.status = len(told), 200 if told else 404
        return told
