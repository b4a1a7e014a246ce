"""Races forced on purpose: one transaction stands still with its locks while another runs into it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from eventstore.appending import Appended, Conflict, Duplicate, Item, Outcome
from eventstore.hashing import EMPTY
from eventstore.postgres import store as postgres_store_module
from eventstore.postgres.store import PostgresStore
from tests.eventstore.waiting import SECONDS_MAX, until_blocked
from tests.eventstore.words import (
    NOON,
    append,
    append_one,
    appended,
    command,
    command_id,
    everything,
    item,
    names,
)


@pytest.fixture
async def first(log: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(log)
    yield connection
    await connection.close()


@pytest.fixture
async def second(log: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(log)
    yield connection
    await connection.close()


class Race:
    """`first` appends and keeps its transaction open; `second` appends and waits; then `first` ends."""

    def __init__(
        self, first: asyncpg.Connection, second: asyncpg.Connection, watcher: asyncpg.Connection
    ) -> None:
        self.first = first
        self.second = second
        self.watcher = watcher

    async def run(self, one: Item, two: Item, end: str) -> Outcome:
        await self.first.execute("BEGIN")
        assert isinstance(await append_one(PostgresStore(self.first), one), Appended)
        waiting = asyncio.create_task(append_one(PostgresStore(self.second), two))
        await until_blocked(self.watcher, self.second.get_server_pid())
        await self.first.execute(end)
        return await asyncio.wait_for(waiting, SECONDS_MAX)


@pytest.fixture
def race(first: asyncpg.Connection, second: asyncpg.Connection, superuser: asyncpg.Connection) -> Race:
    return Race(first, second, superuser)


async def test_of_two_appends_at_one_version_the_second_conflicts(
    race: Race, postgres_store: PostgresStore
) -> None:
    head = await append_one(postgres_store, item("a", "A1"))
    outcome = await race.run(item("a", "First", after=head), item("a", "Second", after=head), "COMMIT")
    assert outcome == Conflict(2)
    assert names(await everything(postgres_store)) == ["A1", "First"]


async def test_when_the_first_is_rolled_back_the_second_gets_the_version(
    race: Race, postgres_store: PostgresStore
) -> None:
    head = await append_one(postgres_store, item("a", "A1"))
    outcome = await race.run(item("a", "First", after=head), item("a", "Second", after=head), "ROLLBACK")
    assert appended(outcome).base == 1
    assert names(await everything(postgres_store)) == ["A1", "Second"]


@pytest.mark.parametrize(("end", "expected"), [("COMMIT", ["First"]), ("ROLLBACK", ["Second"])])
async def test_a_new_stream_is_begun_by_one(
    race: Race, postgres_store: PostgresStore, end: str, expected: list[str]
) -> None:
    outcome = await race.run(item("new", "First"), item("new", "Second"), end)
    assert isinstance(outcome, Conflict if end == "COMMIT" else Appended)
    assert names(await everything(postgres_store)) == expected


@pytest.mark.parametrize(("end", "expected"), [("COMMIT", ["First"]), ("ROLLBACK", ["Second"])])
async def test_one_command_on_two_streams_is_carried_out_on_one(
    race: Race, postgres_store: PostgresStore, end: str, expected: list[str]
) -> None:
    one, two = item("a", "First", commands=(command(1),)), item("b", "Second", commands=(command(1),))
    outcome = await race.run(one, two, end)
    assert outcome == Duplicate((command_id(1),)) if end == "COMMIT" else isinstance(outcome, Appended)
    assert names(await everything(postgres_store)) == expected
    assert (await postgres_store.find_commands([command_id(1)]))[command_id(1)].position == 1


async def test_a_lost_race_for_a_command_leaves_the_other_items_of_the_batch_written(
    first: asyncpg.Connection, second: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    await first.execute("BEGIN")
    await append_one(PostgresStore(first), item("a", "First", commands=(command(1),)))
    batch = [item("b", "Lost", commands=(command(1),)), item("c", "C1", commands=(command(2),))]
    waiting = asyncio.create_task(PostgresStore(second).append(batch, NOON))
    await until_blocked(superuser, second.get_server_pid())
    await first.execute("COMMIT")
    outcomes = await asyncio.wait_for(waiting, SECONDS_MAX)
    assert [type(each) for each in outcomes] == [Duplicate, Appended]
    assert [(each.position, each.name) for each in await everything(PostgresStore(superuser))] == [
        (1, "First"), (2, "C1"),
    ]  # fmt: skip


async def test_of_a_hundred_who_want_the_same_version_exactly_one_wins(
    pool: asyncpg.Pool, postgres_store: PostgresStore
) -> None:
    outcomes = await asyncio.gather(*(append_one(postgres_store, item("a", f"F{n}")) for n in range(100)))
    winners = [f"F{n}" for n, outcome in enumerate(outcomes) if isinstance(outcome, Appended)]
    assert names(await everything(postgres_store)) == winners
    assert len(winners) == 1
    assert [each for each in outcomes if not isinstance(each, Appended)] == [Conflict(1)] * 99


async def test_of_a_hundred_streams_that_want_the_same_command_exactly_one_has_it(
    postgres_store: PostgresStore,
) -> None:
    outcomes = await asyncio.gather(
        *(append_one(postgres_store, item(f"s{n}", f"F{n}", commands=(command(1),))) for n in range(100))
    )
    winners = [f"F{n}" for n, outcome in enumerate(outcomes) if isinstance(outcome, Appended)]
    assert names(await everything(postgres_store)) == winners
    assert len(winners) == 1
    assert {type(each) for each in outcomes} == {Appended, Duplicate}


async def test_batches_that_name_the_same_streams_in_opposite_orders_do_not_deadlock(
    postgres_store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half the streams are new, half are there; one try each, so a deadlock would be seen and not repeated away."""
    monkeypatch.setattr(postgres_store_module, "_REPEAT_MAX", 1)
    streams = [f"s{n}" for n in range(10)]
    heads = dict.fromkeys(streams, EMPTY)
    for round_number in range(6):
        batches = []
        for writer in range(12):
            order = streams if writer % 2 else streams[::-1]
            order = order[writer % 3 :] + order[: writer % 3]
            batches.append([item(stream, f"{writer}", after=heads[stream]) for stream in order])
        outcomes = await asyncio.gather(*(append(postgres_store, *batch) for batch in batches))
        won = {
            one.stream: outcome.head
            for batch, came_to in zip(batches, outcomes, strict=True)
            for one, outcome in zip(batch, came_to, strict=True)
            if isinstance(outcome, Appended)
        }
        assert (
            sum(isinstance(each, Appended) for came_to in outcomes for each in came_to)
            == len(won)
            == len(streams)
        )
        streams += [f"new-{round_number}-{n}" for n in range(3)]
        heads = {stream: won.get(stream, EMPTY) for stream in streams}
    found = await everything(postgres_store)
    assert [each.position for each in found] == list(range(1, len(found) + 1))


async def test_an_answer_kept_while_an_append_of_the_command_is_on_its_way_stands(
    first: asyncpg.Connection, second: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    """The append has looked whether the command is known, and waits for the lock on the log."""
    await first.execute("BEGIN")
    await append_one(PostgresStore(first), item("a", "First"))
    late = asyncio.create_task(append_one(PostgresStore(second), item("b", "Late", commands=(command(1),))))
    await until_blocked(superuser, second.get_server_pid())
    assert await PostgresStore(superuser).remember([command(1, 0)], NOON) == {}
    await first.execute("COMMIT")
    assert await asyncio.wait_for(late, SECONDS_MAX) == Duplicate((command_id(1),))
    assert names(await everything(PostgresStore(superuser))) == ["First"]


@pytest.mark.parametrize(("end", "is_known"), [("COMMIT", True), ("ROLLBACK", False)])
async def test_who_keeps_an_answer_waits_for_an_append_that_may_yet_carry_the_command_out(
    first: asyncpg.Connection,
    second: asyncpg.Connection,
    superuser: asyncpg.Connection,
    end: str,
    is_known: bool,
) -> None:
    await first.execute("BEGIN")
    await append_one(PostgresStore(first), item("a", "First", commands=(command(1),)))
    keeping = asyncio.create_task(PostgresStore(second).remember([command(1, 0, b"0")], NOON))
    await until_blocked(superuser, second.get_server_pid())
    await first.execute(end)
    known = await asyncio.wait_for(keeping, SECONDS_MAX)
    assert bool(known) is is_known
    assert len(await everything(PostgresStore(superuser))) == (1 if is_known else 0)


async def test_keepers_and_an_append_that_wait_for_one_another_all_come_through(
    first: asyncpg.Connection, second: asyncpg.Connection, superuser: asyncpg.Connection
) -> None:
    """A deadlock, forced: each has one of two commands and wants the other. One is rolled back, and repeats."""
    await first.execute("BEGIN")
    await append_one(PostgresStore(first), item("a", "First", commands=(command(2),)))
    keeping = asyncio.create_task(PostgresStore(second).remember([command(1, 0), command(2, 0)], NOON))
    await until_blocked(superuser, second.get_server_pid())
    # The keeper has 1 and waits for 2, which the append has; it is given 1 only once the keeper is gone.
    with suppress(asyncpg.DeadlockDetectedError, asyncpg.InFailedSQLTransactionError):
        await append_one(PostgresStore(first), item("b", "Second", commands=(command(1),)))
    await first.execute("ROLLBACK")
    assert await asyncio.wait_for(keeping, SECONDS_MAX) == {}
    assert await everything(PostgresStore(superuser)) == []
