"""The proof that nothing was altered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request

from audit_api.asking import Asked, asked, documented, position_header
from audit_api.documenting import audit_answers
from audit_api.failed import OVERLOADED, reading_the_log
from audit_api.lifespan_state import AuditServices
from audit_api.reads.recording import Told, recorded
from audit_api.roles import AUDITORS
from audit_api.sealed_stream import SealedStream
from audit_api.shapes.verdict import Verdict as VerdictShape
from audit_api.verification import Progress, verify_log, verify_stream
from eventstore.offline.said import verdict_body
from eventstore.verify import Verdict
from runtime.http.client_gone import while_there
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.lanes import Lane, in_lane
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/audit/verify", tags=["audit"])


class VerifyAsked(Asked):
    event_id: Annotated[
        str | None, Query(description="Only this event's facts; the whole log if not said.")
    ] = None


@hot_route(
    router,
    "GET",
    "",
    operation_id="VerifyLog",
    summary="Verify the log, or one event",
    access=AUDITORS,
    parameters=documented(VerifyAsked),
    response_model=VerdictShape,
    responses=audit_answers(
        {404: ["event-not-found"], 503: ["unavailable", "overloaded", "read-not-recorded"]}
    ),
)
@in_lane(Lane.REPORTS)
@recorded
async def verify(request: Request) -> Told:
    """Every fact is hashed again, no position and no version may be missing, every stream must end where its head says,
    and all of it must be what the seals say; an event's facts are held against the latest one. A log that fails is 200
    with `verified` false and the first bad fact.
    """
    services, query = asked(request, VerifyAsked)
    if services.walking.locked():
        raise Problem(OVERLOADED)
    async with services.walking:
        with reading_the_log():
            verdict = await _verdict(services, query.event_id, while_there(request.scope))
    return Told(json_answer(verdict_body(verdict), headers=position_header(verdict.position)), 0)


async def _verdict(services: AuditServices, event_id: str | None, progress: Progress) -> Verdict:
    if event_id is None:
        return await verify_log(services.store, services.chains, services.seals, progress)
    sealed = SealedStream(services.seals, services.tree)
    verdict = await verify_stream(services.store, services.chains, sealed, _stream(event_id), progress)
    if verdict is None:
        raise _no_event(event_id)
    return verdict


def _stream(event_id: str) -> str:
    try:
        return f"show-{UUID(event_id)}"
    except ValueError:
        raise _no_event(event_id) from None


def _no_event(event_id: str) -> Problem:
    return Problem.of(404, "event-not-found", "There is no such event", event_id=event_id)
