"""Which errors mean that the log is out of reach, and which mean that something wrong was asked."""

import asyncpg
import pytest

from eventstore.postgres.errors import is_unavailable, unavailable_is_said
from eventstore.store import StoreUnavailable

OUT_OF_REACH = [
    asyncpg.ConnectionDoesNotExistError("closed in the middle of operation"),
    asyncpg.ConnectionFailureError("x"),
    asyncpg.AdminShutdownError("x"),
    asyncpg.CrashShutdownError("x"),
    asyncpg.CannotConnectNowError("x"),
    asyncpg.QueryCanceledError("x"),
    asyncpg.TooManyConnectionsError("x"),
    asyncpg.DiskFullError("x"),
    asyncpg.PostgresIOError("x"),
    asyncpg.ReadOnlySQLTransactionError("x"),
    asyncpg.InterfaceError("pool is closed"),
    # A server that went away between two steps of one statement; seen in test_tailing_reader.
    asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
    ConnectionResetError(),
    FileNotFoundError("the server's socket"),
    TimeoutError(),
]
WRONG = [
    asyncpg.UniqueViolationError("x"),
    asyncpg.SerializationError("x"),
    asyncpg.DeadlockDetectedError("x"),
    asyncpg.InsufficientPrivilegeError("x"),
    asyncpg.UndefinedTableError("x"),
    asyncpg.DataCorruptedError("x"),
    asyncpg.UnsupportedClientFeatureError("x"),
    ValueError("x"),
]


@pytest.mark.parametrize("error", OUT_OF_REACH, ids=lambda error: type(error).__name__)
def test_a_log_out_of_reach_is_said_to_be_so_with_its_cause(error: Exception) -> None:
    with pytest.raises(StoreUnavailable, match=type(error).__name__) as said, unavailable_is_said():
        raise error
    assert said.value.__cause__ is error


@pytest.mark.parametrize("error", WRONG, ids=lambda error: type(error).__name__)
def test_a_wrong_question_stays_what_it_is(error: Exception) -> None:
    assert not is_unavailable(error)
    with pytest.raises(type(error)) as same, unavailable_is_said():
        raise error
    assert same.value is error
