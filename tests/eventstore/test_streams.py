"""Streams are walked through one after the other, in pages; and a time is a place in the log."""

from datetime import datetime, timedelta
from itertools import groupby

import asyncpg
import pytest

from eventstore.appending import Appended, Item, StreamHead
from eventstore.facts import NewFact
from eventstore.hashing import EMPTY
from eventstore.postgres import streams
from eventstore.postgres.bounds import PostgresBounds
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.streams import PostgresStreams, SaidFact
from tests.projections.writing import NOON

COMMAND = "01a201e2-c001-7000-8000-0000000000c1"
LENGTHS = {"show-a": 3, "user-b": 5, "show-c": 12, "show-d": 1, "show-e": 5, "show-f": 4, "shop-g": 2}


async def fill(store: PostgresStore, at: datetime = NOON) -> None:
    """Turn by turn a fact in each stream that has not got all of its own yet."""
    heads: dict[str, StreamHead] = {}
    for number in range(max(LENGTHS.values())):
        for stream, length in LENGTHS.items():
            if number < length:
                fact = NewFact("Said", 1, b'{"number":%d}' % number, b"{}", (), COMMAND)
                (outcome,) = await store.append([Item(stream, heads.get(stream, EMPTY), [fact])], at)
                assert isinstance(outcome, Appended)
                heads[stream] = outcome.head


@pytest.mark.parametrize("page", [1, 4, 5, 1_000])
async def test_a_walk_has_each_stream_whole_and_in_order(
    pool: asyncpg.Pool, postgres_store: PostgresStore, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "PAGE", page)
    monkeypatch.setattr(streams, "STREAMS_PAGE", 4)
    monkeypatch.setattr(streams, "STREAMS_AT_ONCE", 2)
    await fill(postgres_store)
    log = await postgres_store.read_log(0, 1_000)
    for upto in (0, 1, 9, len(log)):
        pages = [each async for each in PostgresStreams(pool).walk("show-", upto)]
        assert all(len(each) <= page for each in pages)
        walked = [fact for each in pages for fact in each]
        told = {stream: list(facts) for stream, facts in groupby(walked, key=lambda fact: fact.stream)}
        assert len(walked) == sum(map(len, told.values()))
        expected: dict[str, list[SaidFact]] = {}
        for fact in log[:upto]:
            if fact.stream.startswith("show-"):
                said = SaidFact(*fact[:6], fact.recorded_at)
                expected.setdefault(fact.stream, []).append(said)
        assert told == expected


async def test_a_time_is_the_last_position_before_anything_recorded_later(
    pool: asyncpg.Pool, postgres_store: PostgresStore
) -> None:
    bounds, heads = PostgresBounds(pool), EMPTY
    minutes = (0, 5, 3, 7, 7, 6, 30)
    for minute in minutes:
        fact = NewFact("Said", 1, b"{}", b"{}", (), COMMAND)
        at = NOON + timedelta(minutes=minute)
        (outcome,) = await postgres_store.append([Item("show-a", heads, [fact])], at)
        assert isinstance(outcome, Appended)
        heads = outcome.head
    asked = {-1: 0, 0: 1, 4: 1, 5: 3, 6: 3, 7: 6, 29: 6, 30: 7, 60: 7}
    found = {minute: await bounds.last_by(NOON + timedelta(minutes=minute)) for minute in asked}
    assert found == asked


async def test_what_a_log_without_facts_had_at_any_time(pool: asyncpg.Pool) -> None:
    assert await PostgresBounds(pool).last_by(NOON) == 0
    assert [page async for page in PostgresStreams(pool).walk("show-", 10)] == []
