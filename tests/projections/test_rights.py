"""What the database lets each process do to the read tables."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from projections.read_models import PROJECTORS
from projections.rebuilding.rebuild import rebuild
from query_api.app import ROLE
from runtime.database import create_pool
from tests.projections.people import keyring_over
from tests.projections.projecting import project

TABLES = [table for projector in PROJECTORS.values() for table in projector.table_names]


@pytest.fixture
async def reader(database: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(database, role=ROLE, application_name="query", min_size=0, max_size=1)
    async with made:
        yield made


async def test_the_query_side_reads_every_table_and_writes_none(
    pool: asyncpg.Pool, reader: asyncpg.Pool
) -> None:
    await project(pool)
    await rebuild("listings", pool, keyring_over(pool))
    for table in (*TABLES, "projectors"):
        await reader.fetch(f"SELECT * FROM projections.{table}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.execute(f"DELETE FROM projections.{table}")


async def test_a_projection_worker_cannot_write_to_the_log(pool: asyncpg.Pool) -> None:
    for statement in ("DELETE FROM eventstore.events", "UPDATE eventstore.log SET last_position = 0"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)
