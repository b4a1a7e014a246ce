"""A connection lost in flight: the append says that its outcome is unknown, and reading says what it was."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from eventstore.appending import Appended, Duplicate
from eventstore.postgres.store import PostgresStore
from eventstore.store import StoreUnavailable
from tests.eventstore.cut_wire import CutWire, cut_wire
from tests.eventstore.waiting import SECONDS_MAX, kill, until_blocked
from tests.eventstore.words import append_one, command, command_id, everything, item, names

ONE = item("a", "A1", commands=(command(1),))


@pytest.fixture
async def wire(log: str) -> AsyncIterator[tuple[CutWire, str]]:
    # Not tmp_path: the path of a socket may not be long.
    with tempfile.TemporaryDirectory(prefix="wire") as folder:
        async with cut_wire(log, Path(folder)) as found:
            yield found


async def test_killed_before_its_commit_nothing_was_written(log: str, superuser: asyncpg.Connection) -> None:
    blocker, victim = await asyncpg.connect(log), await asyncpg.connect(log)
    await blocker.execute("BEGIN; SELECT 1 FROM eventstore.log FOR UPDATE")
    waiting = asyncio.create_task(append_one(PostgresStore(victim), ONE))
    await until_blocked(superuser, victim.get_server_pid())
    await kill(superuser, victim.get_server_pid())
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(waiting, SECONDS_MAX)
    await blocker.execute("ROLLBACK")
    await blocker.close()
    victim.terminate()
    store = PostgresStore(superuser)
    assert await store.find_commands([command_id(1)]) == {}
    assert await everything(store) == []
    assert isinstance(await append_one(store, ONE), Appended)


async def test_a_wire_that_is_cut_before_the_append_has_begun_is_as_unknown_and_nothing_was_written(
    wire: tuple[CutWire, str], superuser: asyncpg.Connection
) -> None:
    cut, dsn = wire
    connection = await asyncpg.connect(dsn)
    cut.cut_answers()
    # The statement has to be prepared first, and that is the answer which is lost here.
    waiting = asyncio.create_task(append_one(PostgresStore(connection), ONE))
    await asyncio.wait_for(cut.swallowed.wait(), SECONDS_MAX)
    cut.hang_up()
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(waiting, SECONDS_MAX)
    assert await PostgresStore(superuser).find_commands([command_id(1)]) == {}


async def test_the_answer_is_lost_after_the_commit_and_the_truth_is_found_by_the_command(
    wire: tuple[CutWire, str], superuser: asyncpg.Connection
) -> None:
    cut, dsn = wire
    connection = await asyncpg.connect(dsn)
    through = PostgresStore(connection)
    await append_one(through, item("earlier", "E1"))  # From here on the statement is prepared.
    cut.cut_answers()
    waiting = asyncio.create_task(append_one(through, ONE))
    await asyncio.wait_for(cut.swallowed.wait(), SECONDS_MAX)
    cut.hang_up()
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(waiting, SECONDS_MAX)
    store = PostgresStore(superuser)
    assert (await store.find_commands([command_id(1)]))[command_id(1)].position == 2
    assert names(await everything(store)) == ["E1", "A1"]
    assert await append_one(store, ONE) == Duplicate((command_id(1),))


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    pool = asyncpg.create_pool("postgresql://nobody@/none?host=/nowhere", min_size=0)
    await pool
    for attempt in (append_one(PostgresStore(pool), ONE), PostgresStore(pool).read_log(0, 1)):
        with pytest.raises(StoreUnavailable):
            await attempt


async def test_a_closed_pool_is_unavailable(log: str) -> None:
    pool = await asyncpg.create_pool(log, min_size=1)
    await pool.close()
    with pytest.raises(StoreUnavailable):
        await PostgresStore(pool).last_position()


async def test_a_standby_that_cannot_write_is_unavailable(log: str) -> None:
    connection = await asyncpg.connect(log, server_settings={"default_transaction_read_only": "on"})
    with pytest.raises(StoreUnavailable):
        await append_one(PostgresStore(connection), ONE)
    assert await PostgresStore(connection).last_position() == 0
    await connection.close()


async def test_a_statement_that_takes_too_long_is_unavailable(
    log: str, superuser: asyncpg.Connection
) -> None:
    slow = await asyncpg.connect(log, server_settings={"statement_timeout": "50"})
    async with superuser.transaction():
        await superuser.execute("SELECT 1 FROM eventstore.log FOR UPDATE")
        with pytest.raises(StoreUnavailable):
            await append_one(PostgresStore(slow), ONE)
    await slow.close()
    assert await everything(PostgresStore(superuser)) == []


async def test_a_mistake_in_what_is_asked_is_not_called_unavailable(superuser: asyncpg.Connection) -> None:
    """Whoever waits for the server to come back would wait for ever."""
    store = PostgresStore(superuser)
    for attempt in (
        store.find_commands(["not a uuid"]),
        append_one(store, item("\x00", "F")),
        append_one(store, item("\ud800")),
        append_one(store, item("a", commands=(command(1, 2**40),))),
    ):
        with pytest.raises(Exception) as mistake:  # noqa: PT011  # any but the one below
            await attempt
        assert not isinstance(mistake.value, StoreUnavailable)
