"""What the database lets each process do to the read tables."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from projections.read_models import PROJECTORS
from projections.rebuilding.rebuild import rebuild
from projections.status import statuses
from query_api.app import ROLE
from runtime.database import create_pool
from tests.projections.people import keyring_over
from tests.projections.projecting import project
from tests.projections.season import venue
from tests.projections.writing import NOON, LogWriter

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


async def test_the_query_side_knows_how_far_behind_a_read_model_is(
    pool: asyncpg.Pool, reader: asyncpg.Pool, log: LogWriter
) -> None:
    await project(pool)
    new = venue()
    await log.append(f"venue-{new.venue_id}", new, at=NOON)
    found = await statuses(reader, NOON + timedelta(seconds=9), ["venues", "sales"])
    assert {(one.lag_facts, one.lag_seconds) for one in found} == {(1, 9.0)}


async def test_a_projection_worker_cannot_write_to_the_log(pool: asyncpg.Pool) -> None:
    for statement in ("DELETE FROM eventstore.events", "UPDATE eventstore.log SET last_position = 0"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)
