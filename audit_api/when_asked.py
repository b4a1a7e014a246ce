"""A booking as of some moment: what was asked, and what had been recorded by then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BeforeValidator

from audit_api.answers.fact import moment
from audit_api.as_of import recorded_by, up_to
from audit_api.asking import Asked
from eventstore.facts import RecordedFact
from runtime.http.keyset_columns import BIGINT_MAX
from runtime.http.times import rfc_3339
from runtime.http.validation import wrong_parameter
from runtime.problems import Problem

AsOf = Annotated[
    datetime | None,
    BeforeValidator(rfc_3339),
    Query(description="As it was at this time (RFC 3339): what had been recorded by then."),
]
AsOfPosition = Annotated[
    int | None, Query(ge=0, le=BIGINT_MAX, description="As it was at this position of the log.")
]


class WhenAsked(Asked):
    """Now, at a time, or at a position."""

    as_of: AsOf = None
    as_of_position: AsOfPosition = None


def known_then(own: Sequence[RecordedFact], query: WhenAsked, booking_id: str) -> Sequence[RecordedFact]:
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


def check_when(query: WhenAsked, now: datetime, position: int) -> None:
    """Raises Problem 422: nobody can say yet how a booking will have been."""
    if query.as_of is not None and query.as_of_position is not None:
        raise wrong_parameter("as_of_position", "Give a time or a position, not both", "as_of")
    if query.as_of is not None and query.as_of > now:
        raise wrong_parameter("as_of", f"This time is still to come: it is {moment(now)}", "as_of")
    if query.as_of_position is not None and query.as_of_position > position:
        raise wrong_parameter("as_of_position", f"The log has only got to position {position}", "as_of")


def booking_named(text: str) -> str:
    """The id in a path. Raises Problem 404."""
    try:
        return str(UUID(text))
    except ValueError:
        raise no_booking(text) from None


def no_booking(booking_id: str, detail: str | None = None) -> Problem:
    return Problem.of(404, "booking-not-found", "There is no such booking", detail, booking_id=booking_id)
