"""Why a booking is what it is."""

from fastapi import APIRouter
from starlette.requests import Request

from audit_api.answers.opened import opened_answer
from audit_api.answers.refusal import because_body
from audit_api.asking import AsHashed, asked, documented
from audit_api.documenting import audit_answers
from audit_api.failed import reading_the_log
from audit_api.history import history_of, own_facts
from audit_api.reads.recording import Told, recorded
from audit_api.roles import AUDITORS
from audit_api.shapes.why import BookingWhy
from audit_api.when_asked import WhenAsked, booking_named, check_when, known_then
from audit_api.why import why_at, why_of
from runtime.http.hot_route import hot_route
from runtime.http.lanes import Lane, in_lane
from runtime.problems import Problem

router = APIRouter(prefix="/api/v1/audit/bookings", tags=["audit"])


class WhyAsked(WhenAsked):
    as_hashed: AsHashed = None


@hot_route(
    router,
    "GET",
    "/{booking_id}/why",
    operation_id="ExplainBooking",
    summary="For each field of a booking, the fact that set it",
    access=AUDITORS,
    parameters=documented(WhyAsked),
    response_model=BookingWhy,
    responses=audit_answers({404: ["booking-not-found"], 409: ["booking-unreadable"]}),
)
@in_lane(Lane.REPORTS)
@recorded
async def explain_booking(request: Request) -> Told:
    """Each field that the API answers, flat (`customer.name`, `tickets.<id>.seat`), with its value, and the fact after
    which it had this value and before which it had another or none: who caused it, by which command, when.

    `as_of` and `as_of_position` leave out what came later.
    """
    services, query = asked(request, WhyAsked)
    booking_id = booking_named(request.path_params["booking_id"])
    now = services.now()
    with reading_the_log():
        position = await services.store.last_position()
        check_when(query, now, position)
        facts = known_then(await own_facts(services.store, booking_id), query, booking_id)
        history = await history_of(services.chains, booking_id, facts)
    last = history.stages[-1]
    if last is None:
        raise _unreadable(booking_id)
    why = why_of(facts, history.stages)
    if query.as_of_position is None:
        why = why_at(why, last, query.as_of or now)
    named = {fact.version: fact for fact in facts}
    answer = {
        "booking_id": booking_id,
        "event_id": last.event_id,
        "fields": [because_body(each, named) for each in why.values()],
        "chain": "verified" if history.is_verified else "broken",
    }
    return Told(await opened_answer(services, answer, position, as_hashed=query.as_hashed), len(facts))


def _unreadable(booking_id: str) -> Problem:
    return Problem.of(
        409,
        "booking-unreadable",
        "Facts of this booking cannot be read any more",
        "They have been altered: verify the log. Its history shows those that can be read.",
        booking_id=booking_id,
    )
