"""For each field of a booking the fact that set it, as it is told."""

from datetime import datetime
from typing import Any, NamedTuple

from audit_api.answers.refusal import because_body
from audit_api.history import history_of
from audit_api.lifespan_state import AuditServices
from audit_api.moments.booking import known_then
from audit_api.moments.when import AsOfAsked, check_when
from audit_api.why import why_at, why_of
from domain.tags import booking_tag
from runtime.problems import Problem


class Told(NamedTuple):
    """`body` has the shape of `audit_api.shapes.why.BookingWhy`, and is told by so many `facts` of the log up to
    `position`.
    """

    body: dict[str, Any]
    facts: int
    position: int


async def booking_why(services: AuditServices, booking_id: str, query: AsOfAsked, now: datetime) -> Told:
    """Raises Problem 404, 409 and 422, and `StoreUnavailable`."""
    own = await services.chains.own(booking_tag(booking_id))
    check_when(query, now, own.position)
    facts = known_then(own.facts, query, booking_id)
    history = history_of(booking_id, facts, own.before)
    last = history.stages[-1]
    if last is None:
        raise _unreadable(booking_id)
    why = why_of(facts, history.stages)
    if query.as_of_position is None:
        # A position is a place and not a time: there it is what its last fact left it as.
        why = why_at(why, last, query.as_of or now)
    named = {fact.version: fact for fact in facts}
    body = {
        "booking_id": booking_id,
        "event_id": last.event_id,
        "fields": [because_body(each, named) for each in why.values()],
        "chain": "verified" if history.is_verified else "broken",
    }
    return Told(body, len(facts), own.position)


def _unreadable(booking_id: str) -> Problem:
    return Problem.of(
        409,
        "booking-unreadable",
        "Facts of this booking cannot be read any more",
        "They have been altered: verify the log. Its history shows those that can be read.",
        booking_id=booking_id,
    )
