"""Append: facts go in at the version that was expected, or not at all."""

from datetime import timedelta, timezone

import pytest

from eventstore.appending import Appended, Conflict, StreamHead
from eventstore.facts import RecordedFact
from eventstore.hashing import BEFORE_THE_FIRST, EMPTY, chain
from eventstore.store import EventStore
from eventstore.verify import Verifier
from tests.eventstore.words import (
    NOON,
    append,
    append_one,
    appended,
    command,
    command_id,
    everything,
    fact,
    item,
    names,
)


async def test_an_empty_log_has_nothing_in_it(store: EventStore) -> None:
    assert await store.last_position() == 0
    assert await store.read_log(0, 10) == []
    assert await store.read_stream("a") == []
    assert await store.read_tag("x") == []
    assert await store.stream_of_tag("x") is None
    assert await store.find_commands([command_id(1)]) == {}


async def test_an_empty_append_does_nothing(store: EventStore) -> None:
    assert await append(store) == []
    assert await store.last_position() == 0


async def test_what_was_appended_is_read_back_with_everything_in_it(store: EventStore) -> None:
    new = fact("SeatsHeld", "booking:1", "customer:2", data={"b": [1, None], "a": "é"}, metadata={"by": "x"})
    outcome = await append_one(store, item("show-1", new))
    [digest] = chain(EMPTY, "show-1", [new], NOON)
    assert outcome == Appended(StreamHead(1, digest), 0)
    assert await everything(store) == [
        RecordedFact(
            1, "show-1", 1, "SeatsHeld", 1, '{"a":"é","b":[1,null]}', '{"by":"x"}', ("booking:1", "customer:2"),
            new.command_id, NOON, digest,
        )
    ]  # fmt: skip


async def test_facts_come_back_as_values_of_the_types_they_say(store: EventStore) -> None:
    await append_one(store, item("a", fact("F", "tag")))
    [found] = await everything(store)
    assert [type(value) for value in found[:-2]] == [int, str, int, str, int, str, str, tuple, str]
    assert type(found.hash) is bytes
    assert found.recorded_at.tzinfo is not None


async def test_versions_count_within_the_stream_and_positions_over_all(store: EventStore) -> None:
    first = await append_one(store, item("a", "A1", "A2"))
    await append_one(store, item("b", "B1"))
    second = await append_one(store, item("a", "A3", after=first))
    assert [(each.position, each.stream, each.version) for each in await everything(store)] == [
        (1, "a", 1), (2, "a", 2), (3, "b", 1), (4, "a", 3),
    ]  # fmt: skip
    assert (appended(first).base, appended(second).base) == (0, 3)
    assert appended(second).head.version == 3


async def test_the_hash_chain_of_a_stream_goes_on_from_one_append_to_the_next(store: EventStore) -> None:
    first = await append_one(store, item("a", "A1", "A2"))
    last = await append_one(store, item("a", "A3", after=first))
    found = await store.read_stream("a")
    assert [each.hash for each in found] == chain(
        EMPTY, "a", [fact(name) for name in ("A1", "A2", "A3")], NOON
    )
    assert appended(last).head == StreamHead(3, found[-1].hash)
    verifier = Verifier()
    for each in found:
        verifier.check(each)
    assert verifier.first_bad is None


@pytest.mark.parametrize("version", [0, 1, 3, 1_000_000])
async def test_at_another_version_nothing_is_written_and_the_true_one_is_told(
    store: EventStore, version: int
) -> None:
    first = await append_one(store, item("a", "A1", "A2"))
    head = StreamHead(version, appended(first).head.hash if version else BEFORE_THE_FIRST)
    assert await append_one(store, item("a", "Lost", after=head)) == Conflict(2)
    assert names(await everything(store)) == ["A1", "A2"]


async def test_a_stream_that_does_not_exist_stands_at_version_zero(store: EventStore) -> None:
    assert await append_one(store, item("a", "Lost", after=StreamHead(3, bytes(32)))) == Conflict(0)
    assert isinstance(await append_one(store, item("a", "A1")), Appended)


async def test_each_item_of_a_batch_fares_on_its_own(store: EventStore) -> None:
    await append_one(store, item("b", "B1"))
    outcomes = await append(store, item("c", "C1", "C2"), item("b", "Lost"), item("a", "A1"))
    assert [type(each) for each in outcomes] == [Appended, Conflict, Appended]
    assert [(appended(outcomes[0]).base, appended(outcomes[2]).base)] == [(1, 3)]
    assert [(each.position, each.name) for each in await everything(store)] == [
        (1, "B1"), (2, "C1"), (3, "C2"), (4, "A1"),
    ]  # fmt: skip


async def test_an_item_without_facts_changes_nothing_and_stands_where_the_stream_stands(
    store: EventStore,
) -> None:
    first = await append_one(store, item("a", "A1"))
    assert await append_one(store, item("a", after=first)) == Appended(appended(first).head, 1)
    assert await append_one(store, item("new")) == Appended(EMPTY, 1)
    assert await store.last_position() == 1
    assert isinstance(await append_one(store, item("new", "N1")), Appended)


async def test_an_item_without_facts_conflicts_like_any_other(store: EventStore) -> None:
    await append_one(store, item("a", "A1"))
    assert await append_one(store, item("a", commands=(command(1, 0),))) == Conflict(1)
    assert await store.find_commands([command_id(1)]) == {}


async def test_a_big_batch_keeps_its_order(store: EventStore) -> None:
    items = [item(f"s{n:03}", *(f"F{n}.{place}" for place in range(n % 4))) for n in range(200)]
    outcomes = await append(store, *reversed(items))
    found = await everything(store)
    assert names(found) == [new.name for each in reversed(items) for new in each.facts]
    assert [each.position for each in found] == list(range(1, len(found) + 1))
    for each, outcome in zip(reversed(items), outcomes, strict=True):
        own = found[appended(outcome).base : appended(outcome).base + len(each.facts)]
        assert [recorded.stream for recorded in own] == [each.stream] * len(each.facts)


async def test_a_moment_in_another_zone_is_the_same_moment_also_for_the_hash(store: EventStore) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    await store.append([item("a", "A1")], there)
    [found] = await everything(store)
    assert found.recorded_at == NOON
    verifier = Verifier()
    verifier.check(found)
    assert verifier.first_bad is None
