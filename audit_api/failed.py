"""The problems of audits that could not be carried out."""

from collections.abc import Iterator
from contextlib import contextmanager

from eventstore.store import StoreUnavailable
from runtime.problems import Problem, come_back_later

UNAVAILABLE = come_back_later("unavailable", "The log cannot be reached", "Try again in a moment.")
OVERLOADED = come_back_later(
    "overloaded",
    "Too many are asking at once",
    "Walks through the whole log are under way already. Try again after the time given.",
    seconds=10,
)


@contextmanager
def reading_the_log() -> Iterator[None]:
    """Raises Problem 503 `unavailable` where the log cannot be reached."""
    try:
        yield
    except StoreUnavailable:
        raise Problem(UNAVAILABLE) from None
