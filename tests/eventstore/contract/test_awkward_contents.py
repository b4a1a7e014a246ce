"""Whatever stands in a stream's name, a tag or the data comes back as it went in, and so does its hash."""

import pytest

from eventstore.appending import Appended
from eventstore.store import EventStore
from eventstore.verify import Verifier
from tests.eventstore.words import append, append_one, everything, fact, item

AWKWARD = [
    "", " ", " a b ", "NULL", "null", "{}", "{a,b}", ",", ",,", '"', '""', "'", "''", "\\", "\\\\", '\\"', "a\\",
    "%s $1 {0}", "line\nbreak", "\t", "\x01", "\x7f", "é", "e\u0301", "日本語", "👩\u200d🚀", "\u202eright to left",
    "\ufeff", "\U0010ffff", "x" * 2_000,
]  # fmt: skip


def whole(found: list[object]) -> bool:
    verifier = Verifier()
    for each in found:
        verifier.check(each)  # type: ignore[arg-type]
    return verifier.first_bad is None


async def test_any_tags_come_back_in_their_order(store: EventStore) -> None:
    await append_one(store, item("a", fact("F", *AWKWARD), fact("G"), fact("H", "twice", "twice")))
    found = await everything(store)
    assert [each.tags for each in found] == [tuple(AWKWARD), (), ("twice", "twice")]
    assert whole(list(found))


async def test_facts_are_found_by_any_tag(store: EventStore) -> None:
    await append_one(store, item("a", *(fact(f"F{n}", tag, "all") for n, tag in enumerate(AWKWARD))))
    for n, tag in enumerate(AWKWARD):
        assert [each.name for each in await store.read_tag(tag)] == [f"F{n}"]
        assert await store.stream_of_tag(tag) == "a"
    assert len(await store.read_tag("all")) == len(AWKWARD)


async def test_streams_may_have_any_name(store: EventStore) -> None:
    outcomes = await append(store, *(item(name, fact(f"F{n}")) for n, name in enumerate(AWKWARD)))
    assert {type(each) for each in outcomes} == {Appended}
    for n, name in enumerate(AWKWARD):
        assert [each.name for each in await store.read_stream(name)] == [f"F{n}"]


async def test_any_data_comes_back_in_the_same_bytes(store: EventStore) -> None:
    data = {
        "keys": {name: n for n, name in enumerate(AWKWARD)},
        "texts": [*AWKWARD, "\x00"],
        "big": 2**63 - 1,
    }
    new = fact("F", data=data, metadata={"again": data})
    await append_one(store, item("a", new))
    [found] = await everything(store)
    assert (found.data.encode(), found.metadata.encode()) == (new.data, new.metadata)
    assert whole([found])


async def test_a_fact_may_hold_a_megabyte(store: EventStore) -> None:
    new = fact("Plan", data={"seats": ["Stalls/A/12 é"] * 70_000})
    assert len(new.data) > 1_000_000
    await append_one(store, item("a", new))
    [found] = await everything(store)
    assert found.data.encode() == new.data
    assert whole([found])


@pytest.mark.parametrize("name", ["a'; DROP TABLE eventstore.events; --", "$$", "\\'; --"])
async def test_nobody_gets_out_of_the_quotes(store: EventStore, name: str) -> None:
    await append_one(store, item(name, fact(name, name, data={name: name})))
    assert [(each.stream, each.name, each.tags) for each in await everything(store)] == [
        (name, name, (name,))
    ]
