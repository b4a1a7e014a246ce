"""`seatledger audit why`: which fact set each field of a booking, or why a command was refused."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import click
import orjson

from audit_api.answers.why import Told, booking_why
from audit_api.app import audit_services
from audit_api.lifespan_state import AuditServices
from audit_api.moments.when import AsOfAsked
from audit_api.refusals.explaining import Explained, explained, no_refusal
from cli.auditing.as_of import AsOf
from cli.auditing.reading import audit_pool
from cli.auditing.reasons import booking_lines, refusal_lines
from cli.auditing.recording import recorded
from cli.database import database
from cli.options import as_json as as_json_option
from cli.options import data_dir as data_dir_option
from cli.options import settings_with
from cli.secrets import master_key
from cli.stopped import Stopped
from eventstore.store import StoreUnavailable
from runtime.http.json_answer import json_bytes
from runtime.http.pages import LIMIT_MAX
from runtime.problems import Problem, ProblemDetail
from runtime.serving import run
from runtime.settings import Settings


@click.command("why")
@click.argument("booking_id", type=click.UUID, required=False)
@click.option("--refusal", "refusal_id", type=click.UUID, help="Why this command was refused instead.")
@click.option("--as-of", type=AsOf(), help="The booking as it was at this moment.  [default: now]")
@as_json_option
@data_dir_option
def why(
    *,
    booking_id: UUID | None,
    refusal_id: UUID | None,
    as_of: int | datetime | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Name for each field of BOOKING_ID the fact that set it, who caused it and when; or the facts that caused a
    refusal.
    """
    if (booking_id is None) == (refusal_id is None):
        raise click.UsageError("give the id of a booking, or --refusal with the id of a refusal")
    if refusal_id is not None and as_of is not None:
        raise click.UsageError("a refusal is explained as of when it was made: leave --as-of out")
    settings = settings_with(data_dir=data_dir)
    with database(settings) as dsn:
        told = run(_told(dsn, settings, booking_id, refusal_id, as_of))
    if as_json:
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(booking_lines(told) if refusal_id is None else refusal_lines(told)))


async def _told(
    dsn: str,
    settings: Settings,
    booking_id: UUID | None,
    refusal_id: UUID | None,
    as_of: int | datetime | None,
) -> Any:
    asked = {"booking_id": booking_id} if refusal_id is None else {"refusal_id": refusal_id}
    async with audit_pool(dsn) as pool, recorded(pool, "why", asked, {"as_of": as_of}) as telling:
        services = audit_services(pool, master_key(settings))
        try:
            found = (
                await _of_booking(services, str(booking_id), as_of)
                if refusal_id is None
                else await _of_refusal(services, refusal_id)
            )
            telling.facts = found.facts
            return orjson.loads(await services.keyring.opened_json(json_bytes(found.body)))
        except Problem as problem:
            telling.status, no = problem.answer.status, _in_words(problem.answer)
        except (StoreUnavailable, asyncpg.InterfaceError) as error:
            raise Stopped(f"the log cannot be read: {error}") from None
    raise Stopped(no)


def _in_words(answer: ProblemDetail) -> str:
    errors = answer.extras.get("errors")
    return errors[0]["message"] if errors else answer.detail or answer.title


async def _of_booking(services: AuditServices, booking_id: str, as_of: int | datetime | None) -> Told:
    given = {"as_of_position": as_of} if isinstance(as_of, int) else {"as_of": as_of and as_of.isoformat()}
    query = AsOfAsked.model_validate({name: value for name, value in given.items() if value is not None})
    return await booking_why(services, booking_id, query, services.now())


async def _of_refusal(services: AuditServices, refusal_id: UUID) -> Explained:
    row = await services.refusals.refusal(refusal_id)
    if row is None:
        raise no_refusal(str(refusal_id))
    return await explained(services, row, limit=LIMIT_MAX)
