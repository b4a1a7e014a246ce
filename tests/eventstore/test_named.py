"""Whoever follows some facts only is told of all others no more than how far they go."""

import asyncpg
import pytest

from eventstore.postgres.named import PostgresNamed
from eventstore.postgres.store import PostgresStore
from tests.eventstore.words import append, item, names

LOG = ("Held", "Booked", "Booked", "Ended", "Held", "Booked", "Booked")


@pytest.fixture
async def named(pool: asyncpg.Pool, postgres_store: PostgresStore) -> PostgresNamed:
    await append(postgres_store, item("show-a", *LOG))
    return PostgresNamed(pool)


@pytest.mark.parametrize("limit", range(1, 9))
async def test_page_by_page_nothing_that_is_asked_for_is_missing(named: PostgresNamed, limit: int) -> None:
    after, seen = 0, []
    while page := await named.read_log(after, limit, ["Held", "Ended"]):
        assert page[-1].position == min(after + limit, len(LOG)), "the last one tells how far it was read"
        after = page[-1].position
        seen += [fact.position for fact in page if fact.name != "Booked"]
    assert after == len(LOG)
    assert seen == [1, 4, 5]


async def test_of_what_nobody_asked_for_only_the_last_is_told(named: PostgresNamed) -> None:
    assert names(await named.read_log(0, 100, ["Held"])) == ["Held", "Held", "Booked"]
    assert names(await named.read_log(5, 100, [])) == ["Booked"]
    assert await named.read_log(len(LOG), 100, ["Held"]) == []
    assert await named.read_log(1_000, 100, ["Held"]) == []
