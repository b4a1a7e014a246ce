"""Which errors of the driver mean that Postgres is out of reach, and so that an append's outcome is unknown."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from eventstore.store import StoreUnavailable

# Matched by SQLSTATE, never by message or constraint. Classes: 08 connection, 53 resources, 57 operator intervention,
# 58 system error. Codes: 25006 a read-only transaction (a standby, or a full disk's emergency brake), 25P03 and 25P04 a
# transaction that took too long, 40003 a statement whose end is unknown, 55P03 a lock that somebody holds for longer
# than anybody waits.
_UNAVAILABLE_CLASSES = ("08", "53", "57", "58")
_UNAVAILABLE_CODES = frozenset({"25006", "25P03", "25P04", "40003", "55P03"})


def is_unavailable(error: BaseException) -> bool:
    """Whether trying again later may help, as opposed to an error in what was asked."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state.startswith(_UNAVAILABLE_CLASSES) or state in _UNAVAILABLE_CODES
    # A bare InterfaceError is a closed connection or pool; its subclasses are mistakes in what was asked. An
    # InternalClientError is what comes of a server that goes away between two steps of one statement.
    return type(error) is asyncpg.InterfaceError or isinstance(error, OSError | asyncpg.InternalClientError)


@contextmanager
def unavailable_is_said() -> Iterator[None]:
    """Turn the driver's ways of saying "not there" into `StoreUnavailable`."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        if is_unavailable(error):
            raise StoreUnavailable(f"{type(error).__name__}: {error}") from error
        raise
