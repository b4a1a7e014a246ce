"""The watchman as operators meet it: beside the projectors or alone, on a page, as a metric, by a verb."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from cli.watching import metrics
from cli.watching.worker import Watch, tell
from eventstore.postgres.subscriptions import PostgresSubscriptions
from eventstore.postgres.violations import PostgresViolations
from eventstore.store import StoreUnavailable
from eventstore.violations import Violation
from projections.watching.invariant import Invariant
from projections.watching.watchman import SUBSCRIPTION
from tests.eventstore.waiting import until
from tests.programs import COMMAND, Program, environment, finished
from tests.projections.projecting import project
from tests.projections.watching.breaking import A1, A2, A3, Story, ticket
from tests.projections.writing import LogWriter


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database, min_size=1, max_size=8) as made:
        yield made


@pytest.fixture
def log(pool: asyncpg.Pool) -> LogWriter:
    return LogWriter(pool)


@pytest.fixture
def own(database: str, tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": database, "SEATLEDGER_DATA_DIR": str(tmp_path / "data")}


def ran(*arguments: str, own: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False, env=environment(own), timeout=40
    )


async def seen_to(pool: asyncpg.Pool) -> int:
    return (await PostgresSubscriptions(pool).positions()).get(SUBSCRIPTION, (0, None))[0]


async def open_now(pool: asyncpg.Pool) -> list[Violation]:
    return await PostgresViolations(pool).open()


async def is_told(pool: asyncpg.Pool, number: int) -> None:
    async def look() -> bool:
        return len(await open_now(pool)) >= number

    await until(look, f"violation {number} is told")


@pytest.mark.parametrize("verb", [("project",), ("watch",)])
async def test_a_place_sold_twice_is_told_by_whatever_watches(
    pool: asyncpg.Pool, log: LogWriter, own: dict[str, str], verb: tuple[str, ...]
) -> None:
    story = Story()
    with Program(*verb, settings=own) as program:
        await log.append(story.stream, *story.opening, story.booked(ticket(A1)), story.booked(ticket(A1)))
        program.says("violation 1 of place-once at position 4")
        assert program.stop() == 0
    assert not any("Ana" in line for line in program.said)


async def test_a_watchman_that_was_killed_goes_on_where_it_was_and_tells_nothing_twice(
    pool: asyncpg.Pool, log: LogWriter, own: dict[str, str]
) -> None:
    story = Story()
    await log.append(story.stream, *story.opening, story.booked(ticket(A1)), story.booked(ticket(A1)))
    with Program("watch", settings=own) as program:
        await is_told(pool, 1)
        program.kill()
    await log.append(
        story.stream, story.booked(ticket(A2)), story.booked(ticket(A3)), story.booked(ticket(A2))
    )
    with Program("watch", settings=own) as program:
        program.says("violation 2 of place-once at position 7")
        assert program.stop() == 0
    assert [(each.number, each.position) for each in await open_now(pool)] == [(1, 4), (2, 7)]
    assert await seen_to(pool) == 7


async def test_a_read_table_that_was_altered_is_told_within_seconds(
    pool: asyncpg.Pool, log: LogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.watching.worker.SAMPLE_SECONDS", 0.01)
    story = Story()
    await log.append(story.stream, *story.opening, story.booked(ticket(A1)))
    await project(pool)
    stop = asyncio.Event()
    one = Watch(pool, stop)
    running = [asyncio.create_task(one.follow()), asyncio.create_task(one.compare())]

    async def has_looked() -> bool:
        return await seen_to(pool) == 3

    await until(has_looked, "it has seen the log")
    await pool.execute("UPDATE projections.bookings SET paid = 1")
    await is_told(pool, 1)
    stop.set()
    await asyncio.gather(*running)
    assert [each.invariant for each in await open_now(pool)] == [Invariant.BOOKINGS]


async def test_what_is_open_is_listed_and_acknowledged_by_a_verb(
    pool: asyncpg.Pool, log: LogWriter, own: dict[str, str]
) -> None:
    story = Story()
    await log.append(story.stream, *story.opening, story.booked(ticket(A1)))
    assert finished("watch", "--once", settings=own) == "watched up to position 3; 0 open violations\n"
    await log.append(story.stream, story.booked(ticket(A1)))
    found = ran("watch", "--once", own=own)
    assert found.returncode == 1
    assert "violation 1 of place-once at position 4" in found.stdout
    assert "seatledger watch --acknowledge 1" in found.stdout
    assert "violation 1 of place-once" in finished("status", settings=own)
    [said] = json.loads(finished("status", "--json", settings=own))["watch"]["open_violations"]
    assert (said["number"], said["invariant"], said["position"]) == (1, "place-once", 4)

    acknowledge = ("watch", "--acknowledge", "1", "--why", "moved to row B", "--by", "olga")
    assert finished(*acknowledge, settings=own) == "violation 1 is acknowledged\n"
    assert finished(*acknowledge, settings=own) == "violation 1 had been acknowledged by olga before\n"
    assert finished("watch", "--list", settings=own) == "watched up to position 4; 0 open violations\n"
    row = await pool.fetchrow("SELECT number, acknowledged_by, why FROM eventstore.acknowledgements")
    assert row is not None
    assert tuple(row) == (1, "olga", "moved to row B")
    assert ran("watch", "--acknowledge", "7", "--why", "?", own=own).stderr == (
        "seatledger: there is no violation 7\n"
    )
    for wrong in (("--acknowledge", "1"), ("--why", "?"), ("--once", "--list")):
        assert ran("watch", *wrong, own=own).returncode == 2


async def test_what_is_open_is_a_metric_and_a_warning_until_it_is_acknowledged(
    pool: asyncpg.Pool, log: LogWriter, own: dict[str, str]
) -> None:
    story, post = Story(), metrics.WatchPost(pool)
    assert await post.check() == {}
    await log.append(story.stream, *story.opening, story.booked(ticket(A1)), story.booked(ticket(A1)))
    await post.look()
    assert await post.check() == {"position": 0, "lag_facts": 4}
    ran("watch", "--once", own=own)
    await post.look()
    assert await post.check() == {
        "position": 4,
        "lag_facts": 0,
        "warning": "1 open violations: place-once (1); see `seatledger watch --list`",
    }
    found, still_open = (
        each.labels("place-once")._value for each in (metrics.VIOLATIONS, metrics.OPEN_VIOLATIONS)
    )
    assert (found.get(), still_open.get()) == (1, 1)
    assert metrics.VIOLATIONS.labels("capacity")._value.get() == 0
    assert (metrics.POSITION._value.get(), metrics.LAG_FACTS._value.get()) == (4, 0)
    finished("watch", "--acknowledge", "1", "--why", "seen", settings=own)
    await post.look()
    assert "warning" not in await post.check()
    assert (found.get(), still_open.get()) == (1, 0)


@pytest.mark.parametrize("role", ["seatledger_command", "seatledger_query", "seatledger_audit"])
async def test_every_process_may_look_at_what_is_open(database: str, role: str) -> None:
    async with asyncpg.create_pool(database, min_size=1, server_settings={"role": role}) as pool:
        post = metrics.WatchPost(pool)
        await post.look()
        assert (await post.check())["position"] == 0


def test_a_database_that_is_away_is_told_once_and_anything_else_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for number in (1, 2):
        tell("watching", StoreUnavailable("away"), number)
        tell("watching", RuntimeError("odd"), number)
    assert [each.levelname for each in caplog.records] == ["WARNING", "ERROR", "ERROR"]
