"""One throw-away PostgreSQL for the session, and a migrated database of its own for each test that asks.

`SEATLEDGER_TEST_DATABASE_URL` names a server to use instead; its user must be allowed to create databases.
"""

import logging
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from cli.migrations import migration_sources
from runtime.access_log import configure_access_log
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.migrations import migrate
from tests.in_memory import in_memory

NUMBERS = count(1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where processes share the files out, those with tests that ask for more time than others go first, so that no
    process is left alone at the end with one that takes minutes. The rest stays as it was shuffled.
    """
    if not hasattr(config, "workerinput"):
        return
    slow = {item.path for item in items if item.get_closest_marker("timeout") is not None}
    items.sort(key=lambda item: item.path not in slow)


def database_on(dsn: str, name: str) -> str:
    """The DSN of another database on the same server."""
    return urlsplit(dsn)._replace(path=f"/{name}").geturl()


def made(folder: Path) -> Path:
    """`folder`, which from now on exists."""
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def folders_for_servers() -> Iterator[Callable[[], Path]]:
    """Makes empty folders that other users may pass through.

    pytest's own are closed to them, and where root may not make a user namespace (as in most containers) the server
    runs as another user.
    """
    with tempfile.TemporaryDirectory(prefix="servers-", dir=in_memory()) as base:
        Path(base).chmod(0o711)
        numbers = count(1)
        yield lambda: made(Path(base) / f"{next(numbers)}")


@pytest.fixture(scope="session")
def postgres(folders_for_servers: Callable[[], Path]) -> Iterator[str]:
    """The DSN of a user who may create databases and roles."""
    if given := os.environ.get("SEATLEDGER_TEST_DATABASE_URL"):
        yield given
        return
    with EmbeddedPostgres(folders_for_servers(), durable=False) as server:
        yield server.dsn


@pytest.fixture(scope="session")
async def administrator(postgres: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that makes and drops databases."""
    connection = await asyncpg.connect(postgres)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def template(postgres: str, administrator: asyncpg.Connection) -> AsyncIterator[str]:
    """The name of a migrated database that nobody connects to, so that it can be copied."""
    name = f"template_{os.getpid()}"
    await administrator.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await administrator.execute(f"CREATE DATABASE {name}")
    connection = await asyncpg.connect(database_on(postgres, name))
    try:
        await migrate(connection, migration_sources())
    finally:
        await connection.close()
    yield name
    await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def empty_database(postgres: str, administrator: asyncpg.Connection) -> AsyncIterator[str]:
    """The DSN of a database in which nothing was ever made."""
    name = f"empty_{os.getpid()}_{next(NUMBERS)}"
    await administrator.execute(f"CREATE DATABASE {name}")
    yield database_on(postgres, name)
    await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def copied(administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    """The name of a copy of `template`, which nobody may be connected to."""
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    # Copying files needs no write-ahead log; on a cluster without fsync it is the fastest way.
    await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield name
    await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(postgres: str, administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    """The DSN of a migrated database that no other test has touched. Where tests begin with more than that in it, they
    have a `template` of their own.
    """
    async with copied(administrator, template) as name:
        yield database_on(postgres, name)


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Logging may be configured, and is put back: the next test's standard error is another."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    configure_access_log("warning", "json")
    root.handlers[:] = handlers
    root.setLevel(level)
