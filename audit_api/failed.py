"""The problems of audits that could not be carried out."""

from collections.abc import Iterator
from contextlib import contextmanager

from eventstore.store import StoreUnavailable
from runtime.problems import Problem, ProblemDetail

UNAVAILABLE = ProblemDetail(
    503,
    "unavailable",
    "The log cannot be reached",
    "Try again in a moment.",
    extras={"retry_after": 1},
    headers={"Retry-After": "1"},
)
OVERLOADED = ProblemDetail(
    503,
    "overloaded",
    "Too many are asking at once",
    "Verifications are under way already. Try again after the time given.",
    extras={"retry_after": 10},
    headers={"Retry-After": "10"},
)


@contextmanager
def reading_the_log() -> Iterator[None]:
    """Raises Problem 503 `unavailable` where the log cannot be reached."""
    try:
        yield
    except StoreUnavailable:
        raise Problem(UNAVAILABLE) from None
