"""Stores to test: one in memory, one in Postgres, and the way into the latter as its superuser.

The tests of the log share one database, emptied before each: copying the template for each would take longer than the
tests themselves.
"""

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest

from eventstore.memory import MemoryStore
from eventstore.postgres.store import PostgresStore
from tests.conftest import database_on

EMPTY_AGAIN = """
    TRUNCATE eventstore.events, eventstore.streams, eventstore.commands, eventstore.checkpoints, eventstore.parked,
        eventstore.seals, eventstore.seal_keys, eventstore.seal_secrets, eventstore.seal_nodes,
        eventstore.violations, eventstore.acknowledgements;
    UPDATE eventstore.log SET last_position = 0;
"""


@pytest.fixture(scope="session")
async def shared_log(postgres: str, administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    """The DSN of a migrated database for every test of the log."""
    name = f"log_{os.getpid()}"
    await administrator.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield database_on(postgres, name)
    await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
async def cleaner(shared_log: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(shared_log)
    yield connection
    await connection.close()


@pytest.fixture
async def log(shared_log: str, cleaner: asyncpg.Connection) -> str:
    """The DSN of a database whose log is empty."""
    await cleaner.execute(EMPTY_AGAIN)
    return shared_log


@pytest.fixture
async def pool(log: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(log, min_size=1, max_size=12) as pool:
        yield pool


@pytest.fixture
def postgres_store(pool: asyncpg.Pool) -> PostgresStore:
    return PostgresStore(pool)


@pytest.fixture
def memory_store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def superuser(log: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of its own, outside the pool."""
    connection = await asyncpg.connect(log)
    yield connection
    if not connection.is_closed():
        await connection.close()
