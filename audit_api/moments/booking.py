"""A booking as of some moment: which one, and what had been recorded of it by then."""

from collections.abc import Sequence
from uuid import UUID

from audit_api.answers.fact import moment
from audit_api.moments.known import recorded_by, up_to
from audit_api.moments.when import AsOfAsked
from eventstore.facts import RecordedFact
from runtime.problems import Problem


def known_then(own: Sequence[RecordedFact], query: AsOfAsked, booking_id: str) -> Sequence[RecordedFact]:
    """The facts of those asked about. Raises Problem 404 when there was no booking."""
    if not own:
        raise no_booking(booking_id)
    if query.as_of is not None:
        known = recorded_by(own, query.as_of)
    elif query.as_of_position is not None:
        known = up_to(own, query.as_of_position)
    else:
        return own
    if not known:
        first = f"its first fact was recorded at {moment(own[0].recorded_at)}, position {own[0].position}"
        raise no_booking(booking_id, f"There was no such booking then: {first}.")
    return known


def booking_named(text: str) -> str:
    """The id in a path. Raises Problem 404."""
    try:
        return str(UUID(text))
    except ValueError:
        raise no_booking(text) from None


def no_booking(booking_id: str, detail: str | None = None) -> Problem:
    return Problem.of(404, "booking-not-found", "There is no such booking", detail, booking_id=booking_id)
