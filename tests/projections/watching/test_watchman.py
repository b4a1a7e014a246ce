"""On a real log: what a superuser breaks is named once, whatever becomes of the watchman; what is whole is not."""

import logging
from collections.abc import AsyncIterator
from random import Random

import asyncpg
import pytest

from domain.show.facts import ShowFact
from eventstore.appending import Item
from eventstore.hashing import EMPTY
from eventstore.postgres.subscriptions import PostgresSubscriptions
from eventstore.postgres.violations import RECURRING_MAX, NoSuchViolation, PostgresViolations
from eventstore.violations import Finding, Violation
from projections.watching.invariant import Invariant
from projections.watching.sampling import picked, sampled
from projections.watching.watchman import SUBSCRIPTION, Step, Watchman
from tests.projections.histories import history, tries_by_chance
from tests.projections.projecting import project
from tests.projections.season import venue
from tests.projections.watching.breaking import A1, A2, A3, Story, ticket
from tests.projections.writing import NOON, LogWriter, encoded


@pytest.fixture
async def superuser(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


def watchman(pool: asyncpg.Pool, facts_max: int = 500, weight_max: int = 200_000) -> Watchman:
    return Watchman(pool, lambda: NOON, facts_max, weight_max)


async def watch(one: Watchman) -> None:
    while await one.step() is not Step.CAUGHT_UP:
        pass


async def open_now(pool: asyncpg.Pool) -> list[Violation]:
    return await PostgresViolations(pool).open()


async def found(pool: asyncpg.Pool) -> list[tuple[str, int]]:
    return [(each.invariant, each.position) for each in await open_now(pool)]


async def position(pool: asyncpg.Pool) -> int:
    return (await PostgresSubscriptions(pool).positions())[SUBSCRIPTION][0]


async def sold(log: LogWriter) -> Story:
    """A show at the positions 1 to 4, and three seats of it sold, one by one."""
    story = Story()
    await log.append(story.stream, *story.opening)
    for place in (A1, A2, A3):
        await log.append(story.stream, story.booked(ticket(place)))
    return story


# ---------------------------------------------------------------------- what is whole


@pytest.mark.parametrize("facts_max", [1, 3, 500])
async def test_legal_histories_are_watched_in_silence(
    pool: asyncpg.Pool, log: LogWriter, facts_max: int
) -> None:
    histories: dict[str, list[ShowFact]] = {}
    for seed in range(3):
        show, facts = history(tries_by_chance(seed), (600, None, 60)[seed % 3])
        histories[f"show-{show.details.show_id}"] = facts[:40]
    await log.append("venue-1", venue())
    await log.append_many(histories)
    await project(pool)
    one, chance = watchman(pool, facts_max, weight_max=30), Random(1)
    await watch(one)
    for _ in range(10):
        one.report(await sampled(pool, one.recent, chance.randrange))
    await watch(one)
    assert await open_now(pool) == []
    assert await position(pool) == await log.store.last_position()


async def test_read_models_that_lag_or_were_never_made_differ_in_nothing(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    story = await sold(log)
    assert await sampled(pool, (story.stream,), lambda _: 0) == []
    await project(pool)
    await log.append(story.stream, story.booked(ticket("Stalls/A/4")))
    assert await sampled(pool, (story.stream,), lambda _: 0) == []


# ---------------------------------------------------------------------- what is not


async def test_a_seat_sold_twice_is_named_once(
    pool: asyncpg.Pool, log: LogWriter, caplog: pytest.LogCaptureFixture
) -> None:
    story, one = await sold(log), watchman(pool)
    await watch(one)
    double = await log.append(story.stream, story.booked(ticket(A2)))
    await log.append(story.stream, story.booked(ticket("Stalls/A/4")))
    with caplog.at_level(logging.ERROR):
        await watch(one)
        await watch(watchman(pool))
    [violation] = await open_now(pool)
    assert (violation.invariant, violation.position) == (Invariant.PLACE_ONCE, double)
    assert "seat Stalls/A/2 is in booking" in violation.details
    assert [each.levelname for each in caplog.records] == ["ERROR"]
    assert "violation 1 of place-once at position 6" in caplog.text


async def test_too_much_paid_back_is_named(pool: asyncpg.Pool, log: LogWriter) -> None:
    story = Story()
    booking = story.booked(ticket(A1))
    await log.append(story.stream, *story.opening, booking, story.cancelled(booking, 9_001))
    await watch(watchman(pool))
    assert await found(pool) == [(Invariant.REFUNDS, 4)]


ALTERATIONS = {
    "a fact's data": (
        """UPDATE eventstore.events SET data = replace(data::text, 'A/2', 'B/2')::json WHERE position = 4""",
        [(Invariant.CHAIN, 4)],
    ),
    "a hash, which breaks the next fact as well": (
        "UPDATE eventstore.events SET hash = sha256('x') WHERE position = 4",
        [(Invariant.CHAIN, 4)],
    ),
    "a fact gone, in the log and in its stream": (
        "DELETE FROM eventstore.events WHERE position = 4",
        [(Invariant.GAPLESS, 5)],
    ),
    "the last fact gone": (
        "DELETE FROM eventstore.events WHERE position = 5",
        [(Invariant.GAPLESS, 5)],
    ),
    "a fact that cannot be read": (
        """UPDATE eventstore.events SET data = '{"tickets":[3]}' WHERE position = 4""",
        [(Invariant.CHAIN, 4), (Invariant.READABLE, 4)],
    ),
}


@pytest.mark.parametrize("facts_max", [1, 500])
@pytest.mark.parametrize("alteration", ALTERATIONS)
async def test_an_altered_log_is_named_once_where_it_was_altered(
    pool: asyncpg.Pool, log: LogWriter, superuser: asyncpg.Connection, alteration: str, facts_max: int
) -> None:
    statement, expected = ALTERATIONS[alteration]
    await sold(log)
    await superuser.execute(statement)
    for _ in range(2):
        await watch(watchman(pool, facts_max))
    assert await found(pool) == expected


async def test_a_log_that_gets_shorter_is_named_and_watched_on(
    pool: asyncpg.Pool, log: LogWriter, superuser: asyncpg.Connection
) -> None:
    story, one = await sold(log), watchman(pool)
    await watch(one)
    await superuser.execute(
        """DELETE FROM eventstore.events WHERE position > 3;
           UPDATE eventstore.log SET last_position = 3;
           UPDATE eventstore.streams SET version = 3, head = (
               SELECT hash FROM eventstore.events WHERE position = 3)"""
    )
    await watch(one)
    assert await found(pool) == [(Invariant.GAPLESS, 3)]
    head = await superuser.fetchrow("SELECT version, head FROM eventstore.streams")
    assert head is not None
    again = [encoded(story.booked(ticket(A1)))]
    await log.store.append([Item(story.stream, EMPTY._replace(version=head[0], hash=head[1]), again)], NOON)
    await watch(one)
    assert await found(pool) == [(Invariant.GAPLESS, 3), (Invariant.PLACE_ONCE, 4)]


async def test_a_fact_altered_after_it_was_seen_is_found_by_the_sample(
    pool: asyncpg.Pool, log: LogWriter, superuser: asyncpg.Connection
) -> None:
    story, one = await sold(log), watchman(pool)
    await project(pool)
    await watch(one)
    await superuser.execute(
        "UPDATE eventstore.events SET recorded_at = recorded_at + interval '1 second' WHERE position = 4"
    )
    for _ in range(2):
        one.report(await sampled(pool, (story.stream,), lambda _: 0))
        await watch(one)
    assert await found(pool) == [(Invariant.CHAIN, 4)]


TABLES = {
    "a booking's status": (
        "UPDATE projections.bookings SET status = 'cancelled' WHERE code = '7KQ2-M9XD'",
        [Invariant.BOOKINGS],
    ),
    "the money of one booking": (
        """UPDATE projections.bookings SET paid = paid + 1
           WHERE booking_id = (SELECT min(booking_id::text)::uuid FROM projections.bookings)""",
        [Invariant.BOOKINGS],
    ),
    "a booking gone": (
        """DELETE FROM projections.bookings
           WHERE booking_id = (SELECT min(booking_id::text)::uuid FROM projections.bookings)""",
        [Invariant.BOOKINGS],
    ),
    "places that are not left": (
        "UPDATE projections.availability SET available = available + 1",
        [Invariant.AVAILABILITY],
    ),
    "all of a show's availability gone": ("DELETE FROM projections.availability", [Invariant.AVAILABILITY]),
}


@pytest.mark.parametrize("table", TABLES)
async def test_a_read_table_that_was_altered_is_named_once_until_it_is_acknowledged(
    pool: asyncpg.Pool, log: LogWriter, superuser: asyncpg.Connection, table: str
) -> None:
    statement, expected = TABLES[table]
    story, one = await sold(log), watchman(pool)
    await project(pool)
    await watch(one)

    async def compare() -> None:
        one.report(await sampled(pool, one.recent, lambda _: 0))
        await watch(one)

    await superuser.execute(statement)
    await compare()
    await compare()
    [violation] = await open_now(pool)
    assert violation.invariant in expected
    assert violation.cause == story.stream
    assert "Ana" not in violation.details

    violations = PostgresViolations(pool)
    assert await violations.acknowledge(violation.number, "olga", "tried something", NOON) is None
    assert await open_now(pool) == []
    # Nobody has mended it.
    await compare()
    assert [each.number for each in await open_now(pool)] == [violation.number + 1]


async def test_of_a_read_table_that_is_wrong_all_over_no_more_is_told_than_anybody_reads(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    violations = PostgresViolations(pool)
    wrong = [Finding(Invariant.BOOKINGS, f"show-{number}", 1, "differs", recurs=True) for number in range(30)]
    assert len(await violations.add(wrong, NOON)) == RECURRING_MAX
    of_the_log = [Finding(Invariant.CHAIN, f"show-{number} version 1", 1, "broken") for number in range(30)]
    assert len(await violations.add(of_the_log, NOON)) == 30


# ---------------------------------------------------------------------- crashes, turns, rights


async def test_a_watchman_that_ends_halfway_leaves_its_page_to_the_next(
    pool: asyncpg.Pool, log: LogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await sold(log)
    await log.append(story.stream, story.booked(ticket(A2)))
    one = watchman(pool, facts_max=4)
    assert await one.step() is Step.MORE
    real = PostgresViolations.add

    async def dies(*_: object) -> list[Violation]:
        raise asyncpg.InterfaceError("killed")

    monkeypatch.setattr(PostgresViolations, "add", dies)
    with pytest.raises(Exception, match="killed"):
        await one.step()
    assert (await position(pool), await open_now(pool)) == (4, [])
    monkeypatch.setattr(PostgresViolations, "add", real)
    # What it remembered of the show had seen these facts already, and must not count them twice.
    await watch(one)
    assert await found(pool) == [(Invariant.PLACE_ONCE, 6)]


async def test_watchmen_take_turns_and_neither_counts_what_the_other_saw_as_missing(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    story, one, other = await sold(log), watchman(pool), watchman(pool)
    await watch(one)
    await log.append(story.stream, story.booked(ticket("Stalls/A/4")))
    await watch(other)
    await log.append(story.stream, story.booked(ticket("Stalls/A/4")))
    await watch(one)
    assert await found(pool) == [(Invariant.PLACE_ONCE, 7)]
    async with PostgresSubscriptions(pool).lease(SUBSCRIPTION):
        assert await other.step() is Step.TAKEN


async def test_any_show_of_the_log_may_be_picked_and_mostly_those_that_changed(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    assert await picked(pool, (), lambda _: 0) is None
    story = await sold(log)
    assert await picked(pool, ("show-2",), lambda _: 0) == "show-2"
    assert await picked(pool, ("show-2",), lambda below: below - 1) == story.stream


async def test_a_violation_is_acknowledged_once_and_only_if_it_is_there(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    violations = PostgresViolations(pool)
    with pytest.raises(NoSuchViolation):
        await violations.acknowledge(1, "olga", "?", NOON)
    story = await sold(log)
    await log.append(story.stream, story.booked(ticket(A2)))
    await watch(watchman(pool))
    assert await violations.acknowledge(1, "olga", "moved them to B", NOON) is None
    assert await violations.acknowledge(1, "otto", "me too", NOON) == "olga"
    assert [(each.found, each.open) for each in await violations.tally()] == [(1, 0)]


@pytest.mark.parametrize("table", ["violations", "acknowledgements"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET log_id = 1", "TRUNCATE {}"])
async def test_what_was_found_cannot_be_made_unfound(pool: asyncpg.Pool, table: str, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(change.format(f"eventstore.{table}"))
