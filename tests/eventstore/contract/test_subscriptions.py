"""Leases: one worker at a time moves a checkpoint, and what it did not finish does not count."""

import pytest

from eventstore.memory import MemorySubscriptions
from eventstore.postgres.subscriptions import PostgresSubscriptions
from eventstore.store import Subscriptions


@pytest.fixture(params=["memory", "postgres"])
def subscriptions(request: pytest.FixtureRequest) -> Subscriptions:
    if request.param == "memory":
        return MemorySubscriptions()
    return PostgresSubscriptions(request.getfixturevalue("pool"))


async def position(subscriptions: Subscriptions, name: str) -> int:
    async with subscriptions.lease(name) as lease:
        assert lease is not None
        return lease.position


async def test_a_new_subscription_begins_before_the_first_fact(subscriptions: Subscriptions) -> None:
    assert await position(subscriptions, "seat_map") == 0


async def test_an_advance_counts_when_the_lease_is_given_back(subscriptions: Subscriptions) -> None:
    async with subscriptions.lease("seat_map") as lease:
        assert lease is not None
        await lease.advance(7)
        assert lease.position == 7
    assert await position(subscriptions, "seat_map") == 7


async def test_a_lease_without_an_advance_moves_nothing(subscriptions: Subscriptions) -> None:
    assert await position(subscriptions, "seat_map") == 0
    assert await position(subscriptions, "seat_map") == 0


async def test_what_went_wrong_did_not_advance(subscriptions: Subscriptions) -> None:
    async with subscriptions.lease("seat_map") as lease:
        assert lease is not None
        await lease.advance(7)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012  # it is the whole block that fails
        async with subscriptions.lease("seat_map") as lease:
            assert lease is not None
            await lease.advance(9)
            raise ZeroDivisionError
    assert await position(subscriptions, "seat_map") == 7


async def test_while_one_holds_a_lease_nobody_else_gets_it_and_nobody_waits(
    subscriptions: Subscriptions,
) -> None:
    async with subscriptions.lease("seat_map") as lease, subscriptions.lease("seat_map") as other:
        assert lease is not None
        assert other is None
    assert await position(subscriptions, "seat_map") == 0


async def test_leases_of_different_subscriptions_do_not_meet(subscriptions: Subscriptions) -> None:
    async with subscriptions.lease("seat_map") as lease, subscriptions.lease("listings") as other:
        assert lease is not None
        assert other is not None
        await lease.advance(1)
        await other.advance(2)
    assert await position(subscriptions, "seat_map") == 1
    assert await position(subscriptions, "listings") == 2
