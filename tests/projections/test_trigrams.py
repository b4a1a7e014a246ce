"""Likeness of words: both roles can use the extension behind it, which has a schema of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from cli.migrations import migration_sources
from projections import search
from query_api.app import ROLE
from runtime.database import create_pool
from runtime.migrations import migrate
from tests.projections.projecting import project
from tests.projections.season import on_sale, scheduled
from tests.projections.writing import LogWriter

NEAREST = "SELECT projections.nearest_words($1, 4)"


async def words_are_projected_and_the_nearest_found(dsn: str) -> None:
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


async def test_all_who_need_it_can_use_it(database: str) -> None:
    await words_are_projected_and_the_nearest_found(database)


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def test_one_that_somebody_has_put_elsewhere_has_to_be_moved_and_the_migration_says_how(
    empty_database: str,
) -> None:
    async with connected(empty_database) as connection:
        await connection.execute("CREATE EXTENSION pg_trgm SCHEMA public")
        with pytest.raises(asyncpg.RaiseError, match="in another schema") as refused:
            await migrate(connection, migration_sources())
    assert refused.value.hint is not None
    async with connected(empty_database) as connection:
        await connection.execute(refused.value.hint.partition(": ")[2])
        await migrate(connection, migration_sources())
    await words_are_projected_and_the_nearest_found(empty_database)
