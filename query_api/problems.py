"""What the query side says when it cannot answer."""

from dataclasses import replace

from runtime.problems import ProblemDetail, come_back_later

UNAVAILABLE = come_back_later("unavailable", "The database cannot be reached", "Try again in a moment.")
READ_MODEL_BEHIND = come_back_later(
    "read-model-behind",
    "The read model has not got there yet",
    "What you ask for may have happened, but is not in the read tables yet. Try again in a moment.",
)
POSITION_NOT_IN_LOG = ProblemDetail(
    409,
    "position-not-in-log",
    "The log has no such position",
    "It ends before the position you ask for: it was restored to an earlier state since you got that position, or you "
    "got it elsewhere. Forget it, and ask without.",
)
OVERLOADED = come_back_later(
    "overloaded",
    "Too many files are being written",
    "This server writes as many at once as it may. Try again later.",
    5,
)
VENUE_NOT_FOUND = ProblemDetail(404, "venue-not-found", "There is no such venue")
TICKET_TYPE_NOT_FOUND = ProblemDetail(404, "ticket-type-not-found", "There is no such ticket type")
EVENT_NOT_FOUND = ProblemDetail(404, "event-not-found", "There is no such event")
BOOKING_NOT_FOUND = ProblemDetail(404, "booking-not-found", "There is no such booking")
TICKET_NOT_FOUND = ProblemDetail(404, "ticket-not-found", "There is no such ticket in this booking")
TICKET_NOT_VALID = ProblemDetail(
    409,
    "ticket-not-valid",
    "This ticket lets nobody in",
    "Only a ticket of a confirmed booking, for an event that takes place, has a code to be scanned.",
)


def not_there_then(not_found: ProblemDetail) -> ProblemDetail:
    """What is not found as of an earlier moment."""
    return replace(not_found, detail="There was none at the time or position that `as_of` names.")
