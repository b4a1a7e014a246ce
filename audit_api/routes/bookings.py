"""What happened to a booking."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request

from audit_api.answers.booking import booking_body
from audit_api.answers.fact import moment
from audit_api.answers.history import FILES, file_of, wanted_format
from audit_api.answers.opened import opened_answer
from audit_api.asking import asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.filtering import Filtered
from audit_api.folding import Stage, as_of
from audit_api.histories.entry import Entry, Found, page_of
from audit_api.history import history_of, steps
from audit_api.moments.known import recorded_by, up_to
from audit_api.moments.when import AsOfAsked, check_when
from audit_api.reads.recording import Told, ToldInFile, recorded
from audit_api.roles import AUDITORS
from audit_api.shapes.history import BookingHistory
from domain.tags import booking_tag
from eventstore.facts import RecordedFact
from eventstore.wanted import Wanted
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/audit/bookings", tags=["audit"])


class HistoryAsked(Filtered, AsOfAsked):
    """Both."""


@hot_route(
    router,
    "GET",
    "/{booking_id}",
    operation_id="AuditBooking",
    summary="A booking's history, now or as of any moment",
    access=AUDITORS,
    parameters=documented(HistoryAsked),
    response_model=BookingHistory,
    responses=audit_answers({404: ["booking-not-found"]}, FILES),
)
@in_lane(Lane.REPORTS)
@recorded
async def audit_booking(request: Request) -> Told | ToldInFile:
    """Every fact about it with who caused it, by which command, what it changed and the booking after it.

    `as_of` and `as_of_position` leave out what came later: both the booking and its history are as they were then. A
    hold that had run out by `as_of` is `expired`, as it was to every command.
    """
    services, query = asked(request, HistoryAsked)
    booking_id = _id(request.path_params["booking_id"])
    now = services.now()
    with reading_the_log():
        own = await services.chains.own(booking_tag(booking_id))
    check_when(query, now, own.position)
    facts = _known_then(own.facts, query, booking_id)
    history = history_of(booking_id, facts, own.before)
    shown = {step["position"]: step for step in steps(history)}
    entries = [Entry(fact, shown[fact.position]["changes"]) for fact in facts]

    async def page(wanted: Wanted, limit: int) -> Found:
        return page_of(entries, wanted, limit)

    if wanted_format(request, query) != "json":
        return file_of(request, services, query, page, "booking", position=own.position)
    told, goes_on = page_of(entries, query.wanted(own.position), query.limit or len(entries))
    answer = {
        "booking": _then(history.stages[-1], query, now),
        "history": [shown[entry.fact.position] for entry in told],
        "next": goes_on,
        "chain": "verified" if history.is_verified else "broken",
    }
    return Told(opened_answer(services, answer, own.position, as_hashed=query.as_hashed), len(told))


def _known_then(own: Sequence[RecordedFact], query: HistoryAsked, booking_id: str) -> Sequence[RecordedFact]:
    """The facts of those asked about. Raises Problem 404 when there was no booking."""
    if not own:
        raise _no_booking(booking_id)
    if query.as_of is not None:
        known = recorded_by(own, query.as_of)
    elif query.as_of_position is not None:
        known = up_to(own, query.as_of_position)
    else:
        return own
    if not known:
        first = f"its first fact was recorded at {moment(own[0].recorded_at)}, position {own[0].position}"
        raise _no_booking(booking_id, f"There was no such booking then: {first}.")
    return known


def _then(stage: Stage | None, query: HistoryAsked, now: datetime) -> dict[str, Any] | None:
    """The booking as asked for. A position is a place and not a time: there it is what its last fact left it as."""
    if stage is None:
        return None
    if query.as_of_position is not None:
        return booking_body(*stage)
    at = query.as_of or now
    then = as_of(stage, at)
    return booking_body(then.event_id, then.booking, at)


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise _no_booking(text) from None


def _no_booking(booking_id: str, detail: str | None = None) -> Problem:
    return Problem.of(404, "booking-not-found", "There is no such booking", detail, booking_id=booking_id)
