"""Leases in Postgres: what only a server can do to a worker."""

import asyncpg
import pytest

from eventstore.postgres.subscriptions import PostgresSubscriptions
from eventstore.store import StoreUnavailable
from tests.eventstore.waiting import kill
from tests.eventstore.words import NOON


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
