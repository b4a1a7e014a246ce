"""A black hole between a program and the database: both ends notice in bounded time, and go on when it is mended."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import asyncpg
import pytest

from cli.database import DATABASE
from runtime import database, database_wire
from runtime.database import create_pool, is_unavailable
from runtime.lost_peers import Patience
from tests.chaos.world.black_hole import WHY_NOT
from tests.chaos.world.database import RunningDatabase
from tests.chaos.world.wire import Wire

pytestmark = pytest.mark.skipif(WHY_NOT != "", reason=WHY_NOT)

SOON = Patience(idle_seconds=1, again_seconds=1, asks=1, unacknowledged_seconds=1)
SECONDS_MAX = 8.0
"""Two seconds, and what a busy machine adds."""

LEASE = "SELECT pg_advisory_xact_lock(7)"
IS_FREE = "SELECT pg_try_advisory_xact_lock(7)"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningDatabase]:
    folder = tmp_path / "database"
    folder.mkdir()
    # The database may run as another user, who has to pass.
    for each in (tmp_path, *list(tmp_path.parents)[:2]):
        each.chmod(0o711)
    there = RunningDatabase(folder, Random())
    await there.start()
    yield there
    await there.stop()


@pytest.fixture
async def wire(running: RunningDatabase) -> AsyncIterator[Wire]:
    made = Wire(running.connect)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def pool(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncpg.Pool]:
    """As a program has it, but in more of a hurry."""
    monkeypatch.setattr(database_wire, "OURS", SOON)
    hurried = dict.fromkeys(database_wire.SERVER_SETTINGS, "1")
    monkeypatch.setattr(database, "SERVER_SETTINGS", hurried | {"tcp_user_timeout": "1s"})
    dsn = f"postgresql://postgres@127.0.0.1:{wire.port}/{DATABASE}?sslmode=disable"
    async with await create_pool(dsn, role=None, application_name="x", min_size=1, max_size=1) as made:
        yield made


async def test_a_statement_fails_soon_and_the_next_is_carried_out_once_it_is_mended(
    wire: Wire, pool: asyncpg.Pool
) -> None:
    assert await pool.fetchval("SELECT 1") == 1
    wire.vanish()
    began = time.monotonic()
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)) as lost:
        await pool.fetchval("SELECT 2")
    assert is_unavailable(lost.value)
    assert time.monotonic() - began < SECONDS_MAX
    wire.mend()
    assert await asyncio.wait_for(pool.fetchval("SELECT 3"), SECONDS_MAX) == 3


async def test_a_lease_of_whoever_has_vanished_is_free_soon(
    wire: Wire, pool: asyncpg.Pool, running: RunningDatabase
) -> None:
    other = await asyncpg.connect(running.dsn)
    async with pool.acquire() as connection:
        await connection.execute("BEGIN")
        await connection.execute(LEASE)
        wire.vanish()
        began = time.monotonic()
        while not await other.fetchval(IS_FREE):
            assert time.monotonic() - began < SECONDS_MAX, "still held"
            await asyncio.sleep(0.05)
        # What was held in its name is gone, and it will be told so: it cannot commit.
        wire.mend()
        with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
            await asyncio.wait_for(connection.execute("COMMIT"), SECONDS_MAX)
    await other.close()
