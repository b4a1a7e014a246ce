"""Whoever migrates need not be a superuser, whether or not the extension behind likeness was there before."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from cli.migrations import migration_sources
from runtime.migrations import migrate
from tests.conftest import database_on

OWNER = f"trigrams_owner_{os.getpid()}"
ROLES = ("seatledger_command", "seatledger_projections", "seatledger_query")
MADE_BEFORE = f"CREATE SCHEMA extensions AUTHORIZATION {OWNER}; CREATE EXTENSION pg_trgm SCHEMA extensions"


@pytest.fixture
async def dsn(postgres: str, template: str, administrator: asyncpg.Connection) -> AsyncIterator[str]:
    """An empty database of an owner with the rights that the documentation asks for. `template` has made the roles."""
    await administrator.execute(f"CREATE ROLE {OWNER} CREATEROLE")
    for role in ROLES:
        await administrator.execute(f"GRANT {role} TO {OWNER}")
    await administrator.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER}")
    yield database_on(postgres, OWNER)
    await administrator.execute(f"DROP DATABASE {OWNER} WITH (FORCE)")
    await administrator.execute(f"DROP ROLE {OWNER}")


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize("before", ["SELECT 1", MADE_BEFORE], ids=["not there", "there before"])
async def test_an_owner_can_migrate(dsn: str, before: str) -> None:
    # Each in a session of its own: what the first one has loaded, the second one does not know.
    async with connected(dsn) as connection:
        await connection.execute(before)
    async with connected(dsn) as connection:
        await connection.execute(f"SET ROLE {OWNER}")
        assert await migrate(connection, migration_sources())
