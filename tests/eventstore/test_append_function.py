"""eventstore.append, called as no store of ours would: it must refuse rather than damage the log."""

from typing import Any

import asyncpg
import pytest

from eventstore.appending import StreamHead
from eventstore.hashing import chain
from eventstore.postgres import item_by_item
from eventstore.postgres.item_by_item import APPEND
from eventstore.postgres.store import LOG_ID, PostgresStore
from eventstore.store import AnotherHistory
from tests.eventstore.words import NOON, append_one, command, everything, fact, item, names

COLUMNS = (
    "log_id", "recorded_at", "streams", "after", "previous", "heads", "counts", "items", "versions", "fact_names",
    "schemas", "data", "metadata", "tags", "commands", "hashes", "c_items", "c_ids", "c_prints", "c_answers", "c_ends",
)  # fmt: skip


def arguments(**changed: Any) -> list[Any]:
    """A good call with two items, and what is changed in it."""
    items = [item("a", "A1", "A2", commands=(command(1, 2),)), item("b", "B1")]
    hashes = [chain(each.after, each.stream, each.facts, NOON) for each in items]
    heads = [StreamHead(len(links), links[-1]) for links in hashes]
    good = item_by_item.arguments(LOG_ID, NOON, items, heads, hashes)
    by_name = dict(zip(COLUMNS, good, strict=True)) | changed
    return [by_name[name] for name in COLUMNS]


async def test_the_call_that_the_others_are_made_from_is_good(superuser: asyncpg.Connection) -> None:
    rows = await superuser.fetch(APPEND, *arguments())
    assert [tuple(row) for row in rows] == [("appended", 0, 0, []), ("appended", 0, 2, [])]
    assert names(await everything(PostgresStore(superuser))) == ["A1", "A2", "B1"]


@pytest.mark.parametrize(
    "changed",
    [
        {"counts": [2, 2]},  # more announced than given: positions would have a gap
        {"counts": [2, 0]},
        {"counts": [2, -1]},  # the log's head would go back
        {"counts": [None, 1]},
        {"items": [1, 2, 1]},  # not in the order of the items
        {"items": [1, 1, 3]},  # of an item that there is not
        {"items": [1, 1, None]},
        {"versions": [1, 3, 1]},  # a version left out
        {"versions": [2, 1, 1]},
        {"versions": [1, 1, 1]},
        {"versions": [1, 2, None]},
        {"fact_names": ["A1", "A2"]},  # one column shorter than the others
        {"fact_names": ["A1", None, "B1"]},
        {"data": ["{}", "{", "{}"]},  # no JSON
        {"data": ["{}", "", "{}"]},
        {"data": ["{}", None, "{}"]},
        {"metadata": ["{}", "NaN", "{}"]},
        {"tags": ["{}", "{", "{}"]},  # no array
        {"tags": ["{}", "a", "{}"]},
        {"tags": ["{}", None, "{}"]},
        {"hashes": [b"", b"", None]},
        {"streams": ["a", None]},
        {"streams": ["a", "a"]},  # the same stream twice
        {"recorded_at": None},
        {"log_id": 2},  # there is no such log
        {"log_id": None},
        {"previous": [bytes(32), b"not the head"]},
        {"c_answers": ["{"]},
        {"c_prints": [None]},
        {"c_ends": [None]},
        {"c_items": [3]},
    ],
    ids=str,
)  # fmt: skip
async def test_an_odd_call_is_refused_and_leaves_nothing_behind(
    superuser: asyncpg.Connection, changed: dict[str, Any]
) -> None:
    with pytest.raises(asyncpg.PostgresError):
        await superuser.fetch(APPEND, *arguments(**changed))
    for table in ("events", "streams", "commands"):
        assert await superuser.fetchval(f"SELECT count(*) FROM eventstore.{table}") == 0
    assert await PostgresStore(superuser).last_position() == 0


async def test_nothing_at_all_may_be_appended(superuser: asyncpg.Connection) -> None:
    nothing: list[Any] = [[] for _ in COLUMNS[2:]]
    assert await superuser.fetch(APPEND, 1, NOON, *nothing) == []


async def test_a_writer_that_lost_the_chain_is_refused(superuser: asyncpg.Connection) -> None:
    """The right version with the wrong hash: whatever it based its decision on, it was not this stream."""
    store = PostgresStore(superuser)
    await append_one(store, item("a", "A1"))
    head = item("a").after._replace(version=1, hash=b"another")
    with pytest.raises(AnotherHistory, match="hash chain"):
        await append_one(store, item("a", "A2", after=head))
    assert names(await everything(store)) == ["A1"]


async def test_a_new_stream_begins_with_the_first_link_and_no_other(superuser: asyncpg.Connection) -> None:
    head = item("a").after._replace(hash=b"x" * 32)
    for one in (item("a", "A1", after=head), item("a", after=head)):
        with pytest.raises(AnotherHistory, match="hash chain"):
            await append_one(PostgresStore(superuser), one)
    await append_one(PostgresStore(superuser), item("a", "A1"))


async def test_a_bad_fact_in_one_item_leaves_the_whole_call_unwritten(superuser: asyncpg.Connection) -> None:
    store = PostgresStore(superuser)
    with pytest.raises(asyncpg.PostgresError):
        await store.append([item("a", "A1"), item("b", fact("B1")._replace(data=b"{"))], NOON)
    assert await everything(store) == []


async def test_schema_versions_that_do_not_fit_are_refused(superuser: asyncpg.Connection) -> None:
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await append_one(PostgresStore(superuser), item("a", fact("A1")._replace(schema_version=40_000)))


async def test_nothing_in_the_log_is_touched_by_a_trigger(superuser: asyncpg.Connection) -> None:
    """A later engine that spreads tables over machines takes none."""
    triggers = "SELECT count(*) FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'eventstore.%'"
    assert await superuser.fetchval(triggers) == 0


async def test_the_routing_column_leads_every_key(superuser: asyncpg.Connection) -> None:
    keys = await superuser.fetch("""
        SELECT i.indexrelid::regclass::text AS name, a.attname AS first
        FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND i.indrelid::regclass::text LIKE 'eventstore.%'
    """)
    assert len(keys) >= 7
    assert {row["name"]: row["first"] for row in keys if row["first"] != "log_id"} == {}
