"""Reading: a stream, the whole log, or what carries a tag; in order, in pages, to the end."""

import pytest

from eventstore.hashing import EMPTY
from eventstore.store import EventStore, whole_log, whole_stream
from tests.eventstore.words import append, append_one, appended, fact, item, names


@pytest.fixture
async def seven(store: EventStore) -> EventStore:
    """a1 b1 a2 b2 a3 b3 a4, in this order."""
    heads = {"a": EMPTY, "b": EMPTY}
    for name in ("a1", "b1", "a2", "b2", "a3", "b3", "a4"):
        stream, number = name
        new = fact(name, f"n:{number}", "all")
        heads[stream] = appended(await append_one(store, item(stream, new, after=heads[stream]))).head
    return store


async def test_the_log_is_read_after_a_position_up_to_a_limit(seven: EventStore) -> None:
    assert names(await seven.read_log(0, 3)) == ["a1", "b1", "a2"]
    assert names(await seven.read_log(3, 3)) == ["b2", "a3", "b3"]
    assert names(await seven.read_log(6, 3)) == ["a4"]
    assert names(await seven.read_log(7, 3)) == []
    assert names(await seven.read_log(1_000_000, 3)) == []
    assert await seven.last_position() == 7


async def test_a_stream_is_read_after_a_version_up_to_a_limit(seven: EventStore) -> None:
    assert names(await seven.read_stream("a")) == ["a1", "a2", "a3", "a4"]
    assert names(await seven.read_stream("a", after=2)) == ["a3", "a4"]
    assert names(await seven.read_stream("b", after=1, limit=1)) == ["b2"]
    assert names(await seven.read_stream("b", after=3)) == []
    assert names(await seven.read_stream("c")) == []


async def test_a_tag_is_read_over_all_streams_in_the_order_of_the_log(seven: EventStore) -> None:
    assert names(await seven.read_tag("n:2")) == ["a2", "b2"]
    assert names(await seven.read_tag("all")) == ["a1", "b1", "a2", "b2", "a3", "b3", "a4"]
    assert names(await seven.read_tag("n:")) == []


@pytest.mark.parametrize("first", ["zebra", "ant"])
async def test_the_stream_of_a_tag_is_the_one_that_used_it_first(store: EventStore, first: str) -> None:
    second = {"zebra": "ant", "ant": "zebra"}[first]
    await append(store, item(first, fact("F", "t")), item(second, *(fact("F", "t") for _ in range(20))))
    assert await store.stream_of_tag("t") == first


async def test_a_stream_and_the_log_can_be_read_whole_in_pages(seven: EventStore) -> None:
    assert [names(page) async for page in whole_log(seven, page=3)] == [
        ["a1", "b1", "a2"], ["b2", "a3", "b3"], ["a4"],
    ]  # fmt: skip
    assert [names(page) async for page in whole_log(seven, after=5)] == [["b3", "a4"]]
    assert [names(page) async for page in whole_stream(seven, "a", after=1)] == [["a2", "a3", "a4"]]
