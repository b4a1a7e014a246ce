"""What the query side says when it cannot answer."""

from runtime.problems import ProblemDetail

UNAVAILABLE = ProblemDetail(
    503,
    "unavailable",
    "The database cannot be reached",
    "Try again in a moment.",
    extras={"retry_after": 1},
    headers={"Retry-After": "1"},
)
READ_MODEL_BEHIND = ProblemDetail(
    503,
    "read-model-behind",
    "The read model has not got there yet",
    "What you ask for may have happened, but is not in the read tables yet. Try again in a moment.",
    extras={"retry_after": 1},
    headers={"Retry-After": "1"},
)
VENUE_NOT_FOUND = ProblemDetail(404, "venue-not-found", "There is no such venue")
TICKET_TYPE_NOT_FOUND = ProblemDetail(404, "ticket-type-not-found", "There is no such ticket type")
EVENT_NOT_FOUND = ProblemDetail(404, "event-not-found", "There is no such event")
BOOKING_NOT_FOUND = ProblemDetail(404, "booking-not-found", "There is no such booking")
