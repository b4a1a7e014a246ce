"""Connections to PostgreSQL: a pool that acts as one role and never waits without a limit."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg

from runtime.database_hosts import Hosts
from runtime.database_wire import SERVER_SETTINGS

# SQLSTATE classes and codes after which the statement may be tried again later, or may even have been carried out.
UNAVAILABLE_CLASSES = frozenset(
    {
        "08",  # connection exception: lost, refused, never made
        "53",  # insufficient resources: too many connections, disk or memory full
        "57",  # operator intervention: shut down, starting up, cancelled by a statement timeout
        "58",  # system error outside PostgreSQL: I/O
    }
)
UNAVAILABLE_CODES = frozenset(
    {
        "25006",  # a read-only transaction: this server became a standby
        "25P03",  # idle in a transaction for too long
        "25P04",  # a transaction longer than its limit
        "40003",  # statement completion unknown
        "55P03",  # a lock was not granted within lock_timeout
    }
)


STATEMENT_CHARS_MAX = 64 * 1024
"""Longer statements are parsed and planned every time they run. The driver's own limit is a quarter of that, and leaves
out just those that need it most: planning the longest takes ten times as long as carrying it out for a few rows.
"""


class DatabaseUnavailable(Exception):
    """PostgreSQL cannot be reached; the message names server and cause in one line, never a password."""


class RoleUnusable(DatabaseUnavailable):
    """There is no such role, or the user of the DSN may not act as it."""


class ConnectionMade(Protocol):
    """What to do once with every new connection, such as setting codecs."""

    async def __call__(self, con: asyncpg.Connection, /) -> None: ...


NOT_CONNECTED = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ValueError,
)
"""What connecting fails with: the network, the server, the driver, the DSN."""


async def create_pool(
    dsn: str,
    *,
    role: str | None,
    application_name: str,
    min_size: int,
    max_size: int,
    connect_seconds: float = 10.0,
    statement_seconds: float = 30.0,
    lock_seconds: float = 10.0,
    idle_in_transaction_seconds: float = 60.0,
    init: ConnectionMade | None = None,
) -> asyncpg.Pool:
    """A pool whose sessions act as `role` (None: as the user of the DSN). `init` runs once for each new connection.

    Where the DSN names several hosts, each connection is to one that takes writes, whichever that then is.
    Limits are in seconds, 0 switches a server's limit off. Raises DatabaseUnavailable when `min_size` connections
    cannot be had; with `min_size=0` nothing is connected yet.
    """
    server_settings = {
        **SERVER_SETTINGS,
        "application_name": application_name,
        "timezone": "UTC",
        "statement_timeout": milliseconds(statement_seconds),
        "lock_timeout": milliseconds(lock_seconds),
        "idle_in_transaction_session_timeout": milliseconds(idle_in_transaction_seconds),
    }
    if role is not None:
        # In the startup packet, so it costs no round trip and is what a session's RESET goes back to.
        server_settings["role"] = role
    try:
        hosts = Hosts(dsn)
        return await asyncpg.create_pool(
            dsn,
            connect=hosts.connect,
            min_size=min_size,
            max_size=max_size,
            timeout=connect_seconds,
            # The server gives up first and says so; the client's limit is for a server that says nothing any more.
            command_timeout=statement_seconds + connect_seconds if statement_seconds else None,
            max_cacheable_statement_size=STATEMENT_CHARS_MAX,
            server_settings=server_settings,
            init=init,
            reset=leave_a_standby if hosts.are_many else nothing_to_reset,
        )
    except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError) as error:
        raise RoleUnusable(f"PostgreSQL at {described(dsn)} says: {cause(error, dsn)}") from None
    except NOT_CONNECTED as error:
        # Not chained: a refused DSN is quoted in its error, password and all.
        raise DatabaseUnavailable(
            f"PostgreSQL at {described(dsn)} is unavailable: {cause(error, dsn)}"
        ) from None


async def nothing_to_reset(_connection: asyncpg.Connection) -> None:
    """asyncpg would send a reset with every release: a second round trip for every query.

    Our sessions have nothing to reset: what is set is set for a transaction, and whoever listens stops listening.
    """


async def leave_a_standby(connection: asyncpg.Connection) -> None:
    """The same where there are several servers: one that takes no more writes is left for the one that does.

    The server tells by itself when that changes, so nothing is asked.
    """
    said = connection.get_settings()
    if "on" in (
        getattr(said, "in_hot_standby", "off"),
        getattr(said, "default_transaction_read_only", "off"),
    ):
        connection.terminate()


async def connect(
    dsn: str, *, connect_seconds: float = 10.0, server_settings: Mapping[str, str] | None = None
) -> asyncpg.Connection:
    """One connection as the user of the DSN. Raises `DatabaseUnavailable`."""
    try:
        return await Hosts(dsn).connect(timeout=connect_seconds, server_settings=dict(server_settings or {}))
    except NOT_CONNECTED as error:
        # Not chained, as above.
        raise DatabaseUnavailable(
            f"PostgreSQL at {described(dsn)} is unavailable: {cause(error, dsn)}"
        ) from None


def is_unavailable(error: BaseException) -> bool:
    """Whether the database could not answer, so that the outcome is unknown or the same call may succeed later.

    False for an answer (a broken constraint, a missing right, a conflict) and for a mistake in the statement.
    """
    match error:
        case asyncpg.PostgresError():
            code = error.sqlstate or ""
            return code[:2] in UNAVAILABLE_CLASSES or code in UNAVAILABLE_CODES
        case asyncpg.InterfaceError():
            # Its subclasses are wrong arguments; asyncpg raises it bare when a connection or pool is closed.
            return type(error) is asyncpg.InterfaceError
        case DatabaseUnavailable() | asyncpg.InternalClientError() | OSError():
            # OSError includes TimeoutError, which is how a silent server ends. InternalClientError is what a query
            # gets in the moment between the server's farewell and the loss of its connection.
            return True
        case _:
            return False


def milliseconds(seconds: float) -> str:
    """As PostgreSQL's settings have it."""
    return str(round(seconds * 1000))


def described(dsn: str) -> str:
    """Host, port and database of `dsn`, for people; nothing that is secret."""
    try:
        url = urlsplit(dsn)
        host = parse_qs(url.query).get("host", [url.netloc.rpartition("@")[2] or "localhost"])[0]
        return f"{host}/{url.path.lstrip('/')}"
    except ValueError:
        return "an unreadable address"


def cause(error: BaseException, dsn: str) -> str:
    """What went wrong, in one line, with every password of `dsn` struck out."""
    text = " ".join(str(error).split()) or type(error).__name__
    for secret in passwords(dsn):
        text = text.replace(secret, "***")
    return text


def passwords(dsn: str) -> list[str]:
    """Every form in which the password of `dsn` could appear in a message, longest first."""
    try:
        url = urlsplit(dsn)
    except ValueError:
        return [dsn]
    found = [url.password or "", *parse_qs(url.query).get("password", [])]
    return sorted(
        {form for secret in found if secret for form in (secret, unquote(secret))}, key=len, reverse=True
    )
