"""Pools act as their role, wait within limits, and tell unavailability from an answer."""

import asyncio
import socket

import asyncpg
import pytest

from runtime.database import DatabaseUnavailable, RoleUnusable, create_pool, is_unavailable
from tests.conftest import database_on

ROLE = "pool_reader"
LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


@pytest.fixture
async def role(administrator: asyncpg.Connection) -> str:
    if not await administrator.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE):
        await administrator.execute(f"CREATE ROLE {ROLE}")
    return ROLE


async def test_a_pool_acts_as_its_role_and_still_does_after_a_connection_was_returned(
    empty_database: str, role: str
) -> None:
    async with await create_pool(
        empty_database, role=role, application_name="reader", min_size=1, max_size=1
    ) as pool:
        for _ in range(2):
            assert await pool.fetchval("SELECT current_user") == role


async def test_without_a_role_a_pool_acts_as_its_user(empty_database: str) -> None:
    async with await create_pool(
        empty_database, role=None, application_name="owner", min_size=1, max_size=1
    ) as pool:
        assert await pool.fetchval("SELECT current_user = session_user")


async def test_a_role_cannot_do_what_only_the_user_may(empty_database: str, role: str) -> None:
    async with await create_pool(
        empty_database, role=role, application_name="reader", min_size=1, max_size=1
    ) as pool:
        with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
            await pool.execute("CREATE TABLE public.mine ()")
    assert not is_unavailable(refused.value)


async def test_a_statement_that_takes_too_long_is_cut_off_by_the_server(empty_database: str) -> None:
    async with await create_pool(
        empty_database, role=None, application_name="x", min_size=1, max_size=1, statement_seconds=0.05
    ) as pool:
        with pytest.raises(asyncpg.QueryCanceledError) as cut:
            await pool.execute("SELECT pg_sleep(30)")
    assert is_unavailable(cut.value)


async def test_waiting_for_a_lock_has_a_limit(empty_database: str) -> None:
    async with (
        await create_pool(
            empty_database, role=None, application_name="x", min_size=2, max_size=2, lock_seconds=0.05
        ) as pool,
        pool.acquire() as first,
        pool.acquire() as second,
        first.transaction(),
    ):
        await first.execute("SELECT pg_advisory_xact_lock(1)")
        with pytest.raises(asyncpg.LockNotAvailableError) as waited:
            await second.execute("SELECT pg_advisory_lock(1)")
    assert is_unavailable(waited.value)


async def test_new_connections_are_prepared_once(empty_database: str) -> None:
    prepared = []

    async def note(connection: asyncpg.Connection, /) -> None:
        prepared.append(connection.get_server_pid())

    async with await create_pool(
        empty_database, role=None, application_name="x", min_size=1, max_size=1, init=note
    ) as pool:
        await pool.execute("SELECT 1")
        await pool.execute("SELECT 1")
    assert len(prepared) == 1


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    port = closed_port()
    with pytest.raises(DatabaseUnavailable) as refused:
        await create_pool(
            f"postgresql://ann:p%40ss-word@127.0.0.1:{port}/box",
            role=None,
            application_name="x",
            min_size=1,
            max_size=1,
        )
    assert str(refused.value).startswith(f"PostgreSQL at 127.0.0.1:{port}/box is unavailable: ")
    assert "p@ss-word" not in str(refused.value)
    assert "p%40ss-word" not in str(refused.value)
    assert is_unavailable(refused.value)


@pytest.mark.parametrize(
    "dsn",
    [
        "mysql://ann:hunter22@db/box",
        "postgresql://ann:hunter22@db:port/box",
        "postgresql://ann@db/box?password=hunter22&sslmode=hunter22",
        "postgresql://ann:hunter22@[db/box",
    ],
)
async def test_an_address_that_cannot_be_read_is_refused_without_its_password(dsn: str) -> None:
    with pytest.raises(DatabaseUnavailable) as refused:
        await create_pool(dsn, role=None, application_name="x", min_size=1, max_size=1)
    assert "hunter22" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert "\n" not in str(refused.value)


async def test_a_database_that_does_not_exist_is_unavailable(postgres: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="missing"):
        await create_pool(
            database_on(postgres, "missing"), role=None, application_name="x", min_size=1, max_size=1
        )


async def test_a_connection_killed_under_us_is_unavailable(
    empty_database: str, administrator: asyncpg.Connection
) -> None:
    async with (
        await create_pool(empty_database, role=None, application_name="x", min_size=1, max_size=1) as pool,
        pool.acquire() as connection,
    ):
        transaction = connection.transaction()
        await transaction.start()
        await administrator.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
        with pytest.raises(LOST) as lost:
            await connection.execute("SELECT 1")
        assert is_unavailable(lost.value)
        # What asyncpg says from then on may be of another type, and means the same.
        with pytest.raises(LOST) as closed:
            await transaction.rollback()
        assert is_unavailable(closed.value)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.TooManyConnectionsError("full"),
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.AdminShutdownError("bye"),
        asyncpg.CrashShutdownError("crash"),
        asyncpg.ConnectionDoesNotExistError("lost"),
        asyncpg.StatementCompletionUnknownError("unknown"),
        asyncpg.ReadOnlySQLTransactionError("a standby now"),
        asyncpg.DiskFullError("full"),
        asyncpg.InterfaceError("pool is closed"),
        asyncpg.InternalClientError("another operation is in progress"),
        ConnectionResetError(),
        TimeoutError(),
    ],
)
def test_no_answer_is_unavailable(error: Exception) -> None:
    assert is_unavailable(error)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.UniqueViolationError("twice"),
        asyncpg.SerializationError("conflict"),
        asyncpg.PostgresSyntaxError("typo"),
        asyncpg.exceptions.DataError("wrong argument"),
        asyncio.CancelledError(),
        KeyError("x"),
    ],
)
def test_an_answer_and_a_mistake_are_not(error: BaseException) -> None:
    assert not is_unavailable(error)


async def test_a_role_that_nobody_has_made_is_named(empty_database: str) -> None:
    with pytest.raises(RoleUnusable, match='says: role "seatledger_nobody" does not exist'):
        await create_pool(
            empty_database, role="seatledger_nobody", application_name="x", min_size=1, max_size=1
        )
