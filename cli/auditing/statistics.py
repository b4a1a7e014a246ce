"""`seatledger audit statistics`: totals or revenue as of any moment, out of a log of any length."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, get_args
from zoneinfo import ZoneInfo

import asyncpg
import click

from audit_api.moments.overview import overview_then
from audit_api.moments.question import GroupBy, Question
from audit_api.moments.revenue import revenue_then
from cli.auditing.as_of import AsOf
from cli.auditing.bars import Progress, bar
from cli.auditing.reading import audit_pool
from cli.auditing.recording import recorded
from cli.database import database
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.stopped import Stopped
from eventstore.postgres.bounds import PostgresBounds
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.streams import PostgresStreams
from runtime.calendar import Calendar, Period
from runtime.http.json_answer import json_bytes
from runtime.http.zones import known_zone
from runtime.ids import utc_now
from runtime.problems import Problem
from runtime.serving import run

ROWS_MAX = 1_000_000


class Moment(NamedTuple):
    """A position of the log, and what time it was."""

    upto: int
    at: datetime


@click.command("statistics")
@click.option("--as-of", type=AsOf(), help="At this moment.  [default: now]")
@click.option("--revenue", is_flag=True, help="Revenue instead of totals.")
@click.option("--group-by", type=click.Choice(get_args(GroupBy)), help="With --revenue: a row for each.")
@click.option("--period", type=click.Choice(get_args(Period)), help="With --revenue: a row for each.")
@click.option("--timezone", default="UTC", show_default=True, help="By whose clocks periods begin.")
@as_json_option
@data_dir_option
def statistics(
    *, as_of: int | datetime | None, revenue: bool, as_json: bool, data_dir: Any, **asked: Any
) -> None:
    """Fold the whole log up to a moment and tell what the statistics of the API said then.

    No read table is looked at. It reads as fast as it can and holds one event in memory at a time.
    """
    if not revenue and (asked["group_by"] or asked["period"]):
        raise click.UsageError("--group-by and --period are about --revenue")
    question = _question(**asked) if revenue else None
    options = {"as_of": as_of, "revenue": revenue, **(asked if revenue else {})}
    try:
        with database(settings_with(data_dir=data_dir)) as dsn, bar("folding") as progress:
            found = run(_told(dsn, as_of, question, options, progress))
    except Problem as problem:
        raise Stopped(f"{problem.answer.title}: {problem.answer.detail}") from None
    if as_json:
        click.echo(json_bytes(found).decode())
        return
    for line in _lines(json.loads(json_bytes(found))):
        click.echo(line)


def _question(group_by: GroupBy | None, period: Period | None, timezone: str) -> Question:
    try:
        zone = ZoneInfo(known_zone(timezone))
    except ValueError as error:
        raise click.UsageError(f"--timezone {timezone}: {error}") from None
    return Question(group_by, None if period is None else Calendar(period, zone))


async def _told(
    dsn: str,
    as_of: int | datetime | None,
    question: Question | None,
    options: Mapping[str, Any],
    progress: Progress,
) -> dict[str, Any]:
    async with audit_pool(dsn) as pool, recorded(pool, "statistics", {}, options) as telling:
        moment, last = await _moment(pool, as_of), await PostgresStore(pool).last_position()
        streams, seen = PostgresStreams(pool), _Seen(progress, last)
        if question is None:
            found = await overview_then(streams, moment.upto, moment.at, seen.more)
            telling.facts = seen.facts
            return found
        rows = await revenue_then(streams, moment.upto, question, ROWS_MAX, seen.more)
        telling.facts = seen.facts
    if rows is None:
        raise Stopped(f"these are more than {ROWS_MAX:,} rows: ask for longer periods")
    return {"items": rows, "as_of_position": moment.upto}


class _Seen:
    """How many facts have been folded, for the bar."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self.facts = 0

    def more(self, facts: int) -> None:
        self.facts += facts
        self._progress(self.facts, self._total)


async def _moment(pool: asyncpg.Pool, as_of: int | datetime | None) -> Moment:
    """Raises `Stopped` for what is still to come."""
    store, now = PostgresStore(pool), utc_now()
    last = await store.last_position()
    if as_of is None:
        return Moment(last, now)
    if isinstance(as_of, datetime):
        if as_of > now:
            raise Stopped(f"{as_of.isoformat()} is still to come")
        return Moment(await PostgresBounds(pool).last_by(as_of), as_of)
    if as_of > last:
        raise Stopped(f"the log has only got to position {last}")
    facts = await store.read_log(as_of - 1, 1)
    return Moment(as_of, facts[0].recorded_at if facts else now)


def _lines(found: Mapping[str, Any]) -> list[str]:
    """Each figure, or each row of revenue, on a line; money in minor units."""
    if "items" not in found:
        return [f"{name:<20} {_value(value)}" for name, value in found.items()]
    lines = [_row(row) for row in found["items"]]
    return [*lines, f"as of position {found['as_of_position']}"]


def _row(row: Mapping[str, Any]) -> str:
    groups = [row[name]["name"] for name in get_args(GroupBy) if name in row]
    period = [row["period"]["label"]] if row["period"] else []
    figures = [f"{name} {_value(row[name])}" for name in ("bookings", "tickets", "gross", "refunded", "net")]
    return "  ".join((*groups, *period, *figures))


def _value(value: Any) -> str:
    match value:
        case {"amount": amount, "currency": currency}:
            return f"{amount:,} {currency}"
        case list():
            return ", ".join(map(_value, value)) or "-"
        case dict():
            return ", ".join(f"{name} {count:,}" for name, count in value.items())
        case _:
            return f"{value:,}"
