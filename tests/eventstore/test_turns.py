"""Turns in Postgres: over with the commit, with the session that had one, and with nothing else."""

import asyncio

import asyncpg
import pytest

from eventstore.postgres.store import PostgresStore
from eventstore.store import StoreUnavailable
from tests.eventstore.waiting import kill, until
from tests.eventstore.words import append_one, item, names

DEADLINE_SECONDS = 60.0
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
HOLDER = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"


async def names_in_turn(store: PostgresStore) -> list[str]:
    async with store.turn("show-1") as mine:
        return names(await mine.read_stream("show-1"))


async def test_the_next_turn_begins_with_the_commit_and_sees_it(
    postgres_store: PostgresStore, cleaner: asyncpg.Connection
) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS), postgres_store.turn("show-1") as mine:
        async with cleaner.transaction():
            await cleaner.execute("UPDATE eventstore.log SET last_position = last_position")
            writing = asyncio.create_task(append_one(mine, item("show-1", "One")))
            following = asyncio.create_task(names_in_turn(postgres_store))

            async def waits() -> bool:
                return bool(await cleaner.fetchval(WAITING))

            await until(waits, "the next one waits for its turn")
            assert not following.done()
        # Its holder has not left it yet.
        assert await following == ["One"]
        await writing
    assert await cleaner.fetchval(HELD) == 0


async def test_after_what_ended_it_one_may_still_write(postgres_store: PostgresStore) -> None:
    async with postgres_store.turn("show-1") as mine:
        first = await append_one(mine, item("show-1", "One"))
        await append_one(mine, item("show-1", "Two", after=first))
    assert await names_in_turn(postgres_store) == ["One", "Two"]


async def test_the_turn_of_a_session_that_dies_is_the_next_ones(
    postgres_store: PostgresStore, cleaner: asyncpg.Connection
) -> None:
    async def die() -> None:
        async with postgres_store.turn("show-1") as mine:
            await kill(cleaner, await cleaner.fetchval(HOLDER))
            await mine.last_position()

    async with asyncio.timeout(DEADLINE_SECONDS):
        with pytest.raises(StoreUnavailable):
            await die()
        assert await names_in_turn(postgres_store) == []


async def test_a_turn_with_nothing_to_write_gives_its_connection_back_without_a_lock(
    postgres_store: PostgresStore, cleaner: asyncpg.Connection
) -> None:
    for _ in range(20):
        assert await names_in_turn(postgres_store) == []
    assert await cleaner.fetchval(HELD) == 0


async def test_a_turn_in_which_something_fails_is_over(
    postgres_store: PostgresStore, cleaner: asyncpg.Connection
) -> None:
    with pytest.raises(ValueError, match="of our own"):
        async with postgres_store.turn("a"):
            raise ValueError("of our own")

    async def is_free() -> bool:
        return bool(await cleaner.fetchval(HELD) == 0)

    await until(is_free, "nobody has the lock")
