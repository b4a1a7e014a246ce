"""Leases in Postgres: what only a server can do to a worker."""

import asyncpg
import pytest

from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresSubscriptions
from eventstore.store import StoreUnavailable
from tests.eventstore.waiting import kill
from tests.eventstore.words import NOON, append_one, item


async def test_the_lease_of_a_dead_holder_is_free_and_the_dead_move_nothing(
    pool: asyncpg.Pool, superuser: asyncpg.Connection
) -> None:
    subscriptions = PostgresSubscriptions(pool)
    with pytest.raises(StoreUnavailable):  # noqa: PT012  # it is the whole block that fails
        async with subscriptions.lease("seat_map") as dead:
            assert dead is not None
            await dead.advance(7)
            await kill(superuser, dead.connection.get_server_pid())
            async with subscriptions.lease("seat_map") as heir:
                assert heir is not None
                assert heir.position == 0
                await heir.advance(3)
            await dead.advance(9)
    assert await subscriptions.positions() == {"seat_map": (3, None)}


async def test_a_holder_that_died_unnoticed_is_told_when_it_wants_to_finish(
    pool: asyncpg.Pool, superuser: asyncpg.Connection
) -> None:
    subscriptions = PostgresSubscriptions(pool)
    with pytest.raises(StoreUnavailable):  # noqa: PT012  # it is the whole block that fails
        async with subscriptions.lease("seat_map") as dead:
            assert dead is not None
            await dead.advance(7)
            await kill(superuser, dead.connection.get_server_pid())
    assert await subscriptions.positions() == {"seat_map": (0, None)}


async def test_what_is_written_through_the_lease_is_kept_or_lost_with_the_checkpoint(
    pool: asyncpg.Pool, superuser: asyncpg.Connection
) -> None:
    subscriptions = PostgresSubscriptions(pool)
    park = "INSERT INTO eventstore.parked VALUES (1, 'seat_map', $1, 5, $2, 'broken')"
    with pytest.raises(ZeroDivisionError):  # noqa: PT012  # it is the whole block that fails
        async with subscriptions.lease("seat_map") as lease:
            assert lease is not None
            await lease.connection.execute(park, "lost", NOON)
            raise ZeroDivisionError
    async with subscriptions.lease("seat_map") as lease:
        assert lease is not None
        await lease.connection.execute(park, "kept", NOON)
        await lease.advance(5)
    assert [row[0] for row in await superuser.fetch("SELECT stream FROM eventstore.parked")] == ["kept"]


async def test_the_time_of_the_last_fact_is_kept_for_the_lag(pool: asyncpg.Pool) -> None:
    subscriptions = PostgresSubscriptions(pool)
    async with subscriptions.lease("seat_map") as lease:
        assert lease is not None
        await lease.advance(5, NOON)
    async with subscriptions.lease("seat_map") as lease:
        assert lease is not None
        await lease.advance(6)
    assert await subscriptions.positions() == {"seat_map": (6, NOON)}


async def test_a_checkpoint_stands_at_its_fact_and_in_no_other_log_that_has_grown_past_it(
    pool: asyncpg.Pool, postgres_store: PostgresStore, superuser: asyncpg.Connection
) -> None:
    """As after restoring the log to an earlier state: the position is there again, and is another fact."""
    subscriptions = PostgresSubscriptions(pool)
    await append_one(postgres_store, item("a", "A1", "A2"))

    async def stands() -> bool:
        async with subscriptions.lease("seat_map") as lease:
            assert lease is not None
            return lease.stands

    assert await stands(), "at the beginning of any log"
    async with subscriptions.lease("seat_map") as lease:
        assert lease is not None
        await lease.advance(2)
    assert await stands()
    await superuser.execute(
        "TRUNCATE eventstore.events, eventstore.streams; UPDATE eventstore.log SET last_position = 0"
    )
    assert not await stands(), "in a log that has not come so far"
    await append_one(postgres_store, item("b", "B1", "B2", "B3"))
    assert not await stands(), "at another fact"
