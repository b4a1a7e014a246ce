"""The problems of commands that got no decision: not the rules said no, but the machine or the request's terms."""

from collections.abc import Iterator
from contextlib import contextmanager

from command_api.writing.failures import ClientLeft, CommandFailed, KeyReused, Overloaded, PreconditionFailed
from eventstore.postgres.errors import unavailable_is_said
from eventstore.store import StoreUnavailable
from runtime.http.envelope import CLIENT_GONE
from runtime.problems import Problem, ProblemDetail, come_back_later

UNAVAILABLE = come_back_later(
    "unavailable",
    "The log cannot be reached",
    "Try again in a moment. With the same Idempotency-Key nothing happens twice.",
)
KEY_REUSED = ProblemDetail(
    422,
    "idempotency-key-reused",
    "This idempotency key was used for another request",
    "Use a new key for a new request; repeat the same request to get its first answer again.",
)

GONE = ProblemDetail(CLIENT_GONE, "client-left", "Whoever asked has hung up")
"""Nobody hears it; logs and metrics do."""


@contextmanager
def unavailable_is_answered() -> Iterator[None]:
    """Turn a database out of reach into Problem 503."""
    try:
        with unavailable_is_said():
            yield
    except StoreUnavailable:
        raise Problem(UNAVAILABLE) from None


def failure_problem(failure: CommandFailed) -> ProblemDetail:
    """How a command that failed is answered."""
    match failure:
        case Overloaded():
            return come_back_later(
                "overloaded",
                "Too many are asking at once",
                "Nothing was done. Try again after the time given.",
                failure.retry_after,
            )
        case PreconditionFailed():
            return ProblemDetail(
                412,
                "version-mismatch",
                "It has changed since you last saw it",
                "Read it again, then repeat the request with its new ETag, under a new Idempotency-Key.",
                extras={"version": failure.version},
                headers={"ETag": f'"{failure.version}"'},
            )
        case KeyReused():
            return KEY_REUSED
        case ClientLeft():
            return GONE
        case _:
            return UNAVAILABLE
