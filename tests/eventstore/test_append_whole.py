"""eventstore.append_whole: as a whole or not at all, whatever it is called with."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from eventstore.appending import Appended, Conflict, Duplicate, Outcome
from eventstore.postgres import whole
from eventstore.postgres.array_literals import array_literal
from eventstore.postgres.store import PostgresStore
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

ZEROS = "00" * 32
ONE = (("a", 0, ZEROS, 3),)
TWO = (("a", 0, ZEROS, 2), ("b", 0, ZEROS, 1))
FACT = ("F", 1, "{}", "{}", "{}", command_id(9))
COMMAND = (command_id(1), "00", "{}", 1)


def lines(*rows: Sequence[object]) -> str:
    return "\n".join(str(field) for row in rows for field in row)


def arguments(items: Sequence[Sequence[object]], /, **changed: Any) -> list[Any]:
    """A good call with three facts, if its items are good, and what is changed in it."""
    good = {
        "log_id": 1, "recorded_at": NOON, "separator": "\n", "items": lines(*items), "facts": lines(*[FACT] * 3),
        "commands": lines(COMMAND), "hashes": bytes(32 * 3),
    }  # fmt: skip
    return list((good | changed).values())


async def writes(superuser: asyncpg.Connection, call: list[Any]) -> bool:
    """Whether the call says that it has written; that it has not, if it says so, is looked for."""
    try:
        if await superuser.fetchval(whole.APPEND, *call) is not None:
            return True
    except (asyncpg.PostgresError, asyncpg.DataError):
        pass
    for table in ("events", "commands", "streams WHERE version > 0", "log WHERE last_position > 0"):
        assert await superuser.fetchval(f"SELECT count(*) FROM eventstore.{table}") == 0
    return False


@pytest.mark.parametrize("items", [ONE, TWO], ids=["one", "two"])
async def test_the_call_that_the_others_are_made_from_is_good(
    superuser: asyncpg.Connection, items: Sequence[Sequence[object]]
) -> None:
    assert await writes(superuser, arguments(items))
    assert names(await everything(PostgresStore(superuser))) == ["F", "F", "F"]


@pytest.mark.parametrize(
    "items",
    [
        [],
        [("a",)],
        [*ONE, ("b", 0, ZEROS)],
        [("a", 0, ZEROS, 9)],  # more announced than given: positions would have a gap
        [("a", 0, ZEROS, 2)],
        [("a", 0, ZEROS, 2), ("b", 0, ZEROS, 2)],
        [*TWO, ("c", 0, ZEROS, 0)],
        [("a", 0, ZEROS, -2), ("b", 0, ZEROS, 5)],  # versions would go back
        [("a", -1, ZEROS, 3)],
        [("a", -1, ZEROS, 2), ("b", 0, ZEROS, 1)],
        [("a", 0, ZEROS, 2), ("a", 0, ZEROS, 1)],  # the same stream twice
        [("a", 0, ZEROS, 2), ("a", 2, ZEROS, 1)],
        [("a", 1, ZEROS, 3)],  # it has not got so far
        [("a", 1, ZEROS, 2), ("b", 0, ZEROS, 1)],
        [("a", 0, "00", 3)],  # the first link is another one
        [("a", 0, "00", 2), ("b", 0, ZEROS, 1)],
        [("a", 1, "no hex", 3)],
        [("a", "first", ZEROS, 3)],
    ],
    ids=str,
)
async def test_items_that_do_not_fit_are_not_written(
    superuser: asyncpg.Connection, items: Sequence[Sequence[object]]
) -> None:
    assert not await writes(superuser, arguments(items))


@pytest.mark.parametrize("items", [ONE, TWO], ids=["one", "two"])
@pytest.mark.parametrize(
    "changed",
    [
        {"log_id": None},
        {"log_id": 2},  # there is no such log
        {"recorded_at": None},
        {"separator": None},
        {"separator": ""},
        {"separator": "}"},
        {"items": None},
        {"facts": None},
        {"facts": ""},
        {"facts": lines(FACT, FACT)},
        {"facts": lines(FACT, FACT, FACT, ["more"])},
        {"facts": lines(FACT, FACT, ("F", 40_000, *FACT[2:]))},
        {"facts": lines(FACT, FACT, ("F", 1, "{", *FACT[3:]))},  # no JSON
        {"facts": lines(FACT, FACT, ("F", 1, "", *FACT[3:]))},
        {"facts": lines(FACT, FACT, ("F", 1, "{}", "NaN", *FACT[4:]))},
        {"facts": lines(FACT, FACT, (*FACT[:4], "a", command_id(1)))},  # no array
        {"facts": lines(FACT, FACT, (*FACT[:5], "nobody"))},
        {"hashes": None},
        {"hashes": b""},
        {"hashes": bytes(32 * 2)},
        {"hashes": bytes(32 * 3 + 1)},
        {"commands": None},
        {"commands": "more"},
        {"commands": lines((command_id(1), "no hex", "{}", 1))},
        {"commands": lines((command_id(1), "00", "{", 1))},
        {"commands": lines((command_id(1), "00", "{}", "first"))},
        {"commands": lines(COMMAND, COMMAND)},  # the same one twice
    ],
    ids=str,
)
async def test_an_odd_call_writes_nothing(
    superuser: asyncpg.Connection, items: Sequence[Sequence[object]], changed: dict[str, Any]
) -> None:
    assert not await writes(superuser, arguments(items, **changed))


async def test_what_cannot_be_written_as_a_whole_is_told_item_by_item(superuser: asyncpg.Connection) -> None:
    store = PostgresStore(superuser)
    first = await append_one(store, item("a", "A1", commands=(command(1),)))
    outcomes = await append(
        store,
        item("a", "Late"),
        item("b", "B1", commands=(command(1),)),
        item("c", "C1"),
    )
    assert outcomes[:2] == [Conflict(1), Duplicate((command_id(1),))]
    assert isinstance(outcomes[2], Appended)
    assert names(await everything(store)) == ["A1", "C1"]
    assert isinstance(await append_one(store, item("a", "A2", after=first)), Appended)


async def test_a_stream_that_was_only_looked_at_is_begun_by_its_first_fact(
    superuser: asyncpg.Connection,
) -> None:
    """An empty append leaves a row without a fact behind."""
    store = PostgresStore(superuser)
    for stream in ("a", "b", "c"):
        await append_one(store, item(stream))
    outcomes = [
        await append_one(store, item("a", "A1")),
        *await append(store, item("b", "B1"), item("c", "C1")),
    ]
    assert [appended(outcome).base for outcome in outcomes] == [0, 1, 2]


async def test_each_item_has_its_own_facts_and_commands(superuser: asyncpg.Connection) -> None:
    store = PostgresStore(superuser)
    await append(
        store,
        item("b", "B1", "B2", "B3", commands=(command(1, 2), command(2, 3, b'"two"'))),
        item("a", "A1"),
        item("c", "C1", "C2", commands=(command(3, 1),)),
    )
    found = await everything(store)
    assert [(each.stream, each.version, each.name) for each in found] == [
        ("b", 1, "B1"), ("b", 2, "B2"), ("b", 3, "B3"), ("a", 1, "A1"), ("c", 1, "C1"), ("c", 2, "C2"),
    ]  # fmt: skip
    known = await store.find_commands([command_id(number) for number in (1, 2, 3)])
    assert [(known[command_id(number)].position, known[command_id(number)].answer) for number in (1, 2, 3)] == [
        (2, "{}"), (3, '"two"'), (5, "{}"),
    ]  # fmt: skip


READ = """SELECT sum(seq_tup_read + idx_tup_fetch)::integer FROM pg_stat_xact_user_tables
          WHERE schemaname = 'eventstore' AND relname IN ('streams', 'commands')"""


async def test_a_session_that_began_with_an_empty_log_looks_up_by_key_when_it_is_long(
    superuser: asyncpg.Connection,
) -> None:
    """It keeps the plans of its first append, when reading a table as a whole was cheaper than any index."""
    await superuser.execute("VACUUM ANALYZE eventstore.streams, eventstore.commands")
    store = PostgresStore(superuser)
    last: list[Outcome] = []
    for number in range(100):
        last = await append(
            store,
            item(f"s{number}", "F", commands=(command(2 * number),)),
            item(f"t{number}", "F", commands=(command(2 * number + 1),)),
        )
        await append_one(store, item(f"s{number}", "F", after=last[0]))
    async with superuser.transaction():
        before = await superuser.fetchval(READ)
        outcomes = [
            *await append(store, item("a", "F", commands=(command(1_000),)), item("t99", "F", after=last[1])),
            await append_one(store, item("b", "F", commands=(command(1_001),))),
        ]
        assert all(isinstance(outcome, Appended) for outcome in outcomes)
        assert await superuser.fetchval(READ) - before < 20


async def test_any_character_may_be_in_any_field(superuser: asyncpg.Connection) -> None:
    odd = "".join(whole.SEPARATORS[:3])
    store = PostgresStore(superuser)
    await append_one(store, item(odd, fact(odd, odd, "\n", by=command_id(4), data={"text": odd})))
    [found] = await everything(store)
    assert (found.stream, found.name, found.tags) == (odd, odd, (odd, "\n"))


@pytest.mark.parametrize(
    "texts", [(), ("",), ('"',), ("\\",), ('","',), ('a"b', "c"), ("{}", ",", "NULL", " ")]
)
async def test_an_array_literal_says_just_what_it_was_made_from(
    superuser: asyncpg.Connection, texts: tuple[str, ...]
) -> None:
    assert await superuser.fetchval("SELECT $1::text::text[]", array_literal(texts)) == list(texts)
