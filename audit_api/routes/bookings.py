"""What happened to a booking."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from audit_api.answers.booking import booking_body
from audit_api.answers.history import FILES, file_of, wanted_format
from audit_api.answers.opened import opened_answer
from audit_api.asking import asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.filtering import Filtered
from audit_api.folding import Stage, as_of
from audit_api.histories.entry import Entry, Found, page_of
from audit_api.history import history_of, steps
from audit_api.moments.booking import booking_named, known_then
from audit_api.moments.when import AsOfAsked, check_when
from audit_api.reads.recording import Told, ToldInFile, recorded
from audit_api.roles import AUDITORS
from audit_api.shapes.history import BookingHistory
from domain.tags import booking_tag
from eventstore.wanted import Wanted
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane

router = APIRouter(prefix="/api/v1/audit/bookings", tags=["audit"])


class HistoryAsked(Filtered, AsOfAsked):
    """A booking's history can be asked for as of some moment, too."""


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
    booking_id = booking_named(request.path_params["booking_id"])
    now = services.now()
    with reading_the_log():
        own = await services.chains.own(booking_tag(booking_id))
    check_when(query, now, own.position)
    facts = known_then(own.facts, query, booking_id)
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


def _then(stage: Stage | None, query: HistoryAsked, now: datetime) -> dict[str, Any] | None:
    """The booking as asked for. A position is a place and not a time: there it is what its last fact left it as."""
    if stage is None:
        return None
    if query.as_of_position is not None:
        return booking_body(*stage)
    at = query.as_of or now
    then = as_of(stage, at)
    return booking_body(then.event_id, then.booking, at)
