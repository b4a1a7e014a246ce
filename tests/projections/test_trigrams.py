"""Likeness of words: the extension behind it may be anywhere, and both roles can use it."""

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest

from cli.migrations import migration_sources
from projections import search
from query_api.app import ROLE
from runtime.database import create_pool
from runtime.migrations import migrate
from tests.conftest import database_on
from tests.projections.projecting import project
from tests.projections.season import on_sale, scheduled
from tests.projections.writing import LogWriter

NEAREST = "SELECT projections.nearest_words($1, 4)"


@pytest.fixture(params=["nowhere", "public", "their own"])
async def dsn(
    request: pytest.FixtureRequest, postgres: str, administrator: asyncpg.Connection
) -> AsyncIterator[str]:
    """A migrated database in which the extension had been in that schema before."""
    name = f"trigrams_{os.getpid()}"
    await administrator.execute(f"CREATE DATABASE {name}")
    connection = await asyncpg.connect(database_on(postgres, name))
    if request.param != "nowhere":
        await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{request.param}"')
        await connection.execute(f'CREATE EXTENSION pg_trgm SCHEMA "{request.param}"')
    await migrate(connection, migration_sources())
    await connection.close()
    yield database_on(postgres, name)
    await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def test_words_are_projected_and_the_nearest_found(dsn: str) -> None:
    roles = ("seatledger_command", "seatledger_projections", ROLE)
    pools = [
        await create_pool(dsn, role=role, application_name="test", min_size=0, max_size=2) for role in roles
    ]
    writers, projecting, readers = pools
    show = scheduled("La Bohème")
    await LogWriter(writers).append(f"show-{show.show_id}", *on_sale(show))
    await project(projecting, [search.PROJECTOR])
    assert await readers.fetchval(NEAREST, "bohmee") == ["boheme"]
    assert await readers.fetchval(NEAREST, "xyzzy") == []
    for pool in pools:
        await pool.close()
