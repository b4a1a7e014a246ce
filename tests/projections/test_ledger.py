"""Ledgers with their sums, versions of rows, and rows that are found by way of other rows."""

from typing import Any

import asyncpg
import msgspec
import pytest
from asyncpg.pool import PoolConnectionProxy

from domain.show.facts import BookingCancelled, SeatsBooked, ShowScheduled
from projections.batch import Batch
from projections.ledger import Ledger
from projections.projector import On, Projector
from projections.schema import LIVE, make_tables
from projections.sums import Sums
from projections.table import Table
from tests.projections.projecting import project
from tests.projections.season import booked, eur, scheduled, seat, standing
from tests.projections.writing import LogWriter


class Booked(msgspec.Struct):
    booking_id: str
    show_id: str
    tickets: int


class Shown(msgspec.Struct):
    show_id: str
    name: str
    cancelled: int


class Moved(msgspec.Struct):
    show_id: str
    position: int
    day: str
    tickets: int


SHOWN = Table("shown", Shown, key="show_id", versions="shown_versions")
BOOKED = Table("booked", Booked, key="booking_id")
BY_SHOW = Sums("moved_by_show", by=("show_id",), of=("tickets",))
BY_YEAR = Sums("moved_by_year", by=("year",), of=("tickets",), worked_out=(("year", "left(day, 4)"),))
MOVED = Ledger("moved", Moved, sums=(BY_SHOW, BY_YEAR))

DDL = """
CREATE TABLE shown (show_id uuid PRIMARY KEY, name text NOT NULL, cancelled integer NOT NULL,
                    shout text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE TABLE shown_versions (show_id uuid, position bigint, recorded_at timestamptz NOT NULL, row text,
                             PRIMARY KEY (show_id, position));
CREATE TABLE booked (booking_id uuid PRIMARY KEY, show_id uuid NOT NULL, tickets integer NOT NULL);
CREATE TABLE moved (show_id uuid, position bigint PRIMARY KEY, day text NOT NULL, tickets bigint NOT NULL);
CREATE TABLE moved_by_show (show_id uuid PRIMARY KEY, tickets bigint NOT NULL);
CREATE TABLE moved_by_year (year text PRIMARY KEY, tickets bigint NOT NULL);
"""


def when_scheduled(batch: Batch, fact: ShowScheduled) -> None:
    batch[SHOWN].put(fact.show_id, Shown(fact.show_id, fact.name, 0))


def when_booked(batch: Batch, fact: SeatsBooked) -> None:
    batch[BOOKED].put(fact.booking_id, Booked(fact.booking_id, fact.show_id, len(fact.tickets)))
    move(batch, fact.show_id, len(fact.tickets))


def when_cancelled(batch: Batch, fact: BookingCancelled) -> None:
    """The show is found by way of the booking, as if the fact did not name it."""
    row = batch[BOOKED].read(fact.booking_id)
    batch[SHOWN].change(row.show_id).cancelled += 1
    move(batch, row.show_id, -row.tickets)


def move(batch: Batch, show_id: str, tickets: int) -> None:
    batch.enter(MOVED, Moved(show_id, batch.position, batch.recorded_at.isoformat(), tickets))


def show_of(batch: Batch, fact: BookingCancelled) -> dict[Table[Shown], list[str]]:
    rows = batch[BOOKED]
    return {SHOWN: [rows.read(fact.booking_id).show_id] if fact.booking_id in rows else []}


def projector() -> Projector:
    folds: dict[type, On] = {
        ShowScheduled: On(when_scheduled),
        SeatsBooked: On(when_booked),
        BookingCancelled: On(when_cancelled, reads={BOOKED: "booking_id"}, then=show_of),
    }
    made = Projector("moves", 1, (SHOWN, BOOKED), folds, (MOVED,))
    made.__dict__["ddl"] = DDL
    return made


async def rows(pool: asyncpg.Pool, table: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await pool.fetch(f"SELECT * FROM projections.{table} ORDER BY 1, 2")]


@pytest.fixture
async def log_of_two_shows(log: LogWriter) -> tuple[str, str]:
    first, second = scheduled("One"), scheduled("Two")
    for show in (first, second):
        gone = booked(show, seat("A/1"), standing())
        await log.append(f"show-{show.show_id}", show, gone, booked(show, standing()))
        ids = tuple(ticket.id for ticket in gone.tickets)
        await log.append(
            f"show-{show.show_id}", BookingCancelled(show.show_id, gone.booking_id, ids, eur(0), show.at)
        )
    return first.show_id, second.show_id


@pytest.mark.parametrize("batch_max", [1, 3, 100])
async def test_sums_are_those_of_the_ledger_however_the_log_is_cut(
    pool: asyncpg.Pool, log_of_two_shows: tuple[str, str], batch_max: int
) -> None:
    await project(pool, [projector()], batch_max)
    ledger = await rows(pool, "moved")
    assert sorted(row[3] for row in ledger) == [-2, -2, 1, 1, 2, 2]
    assert [row[1] for row in await rows(pool, "moved_by_show")] == [1, 1]
    assert await rows(pool, "moved_by_year") == [("2027", 2)]


async def test_a_batch_applied_twice_counts_once(
    pool: asyncpg.Pool, log_of_two_shows: tuple[str, str]
) -> None:
    one = projector()
    await project(pool, [one])
    before = [await rows(pool, name) for name in one.table_names]
    await pool.execute("UPDATE eventstore.checkpoints SET position = 0 WHERE subscription = 'moves'")
    await project(pool, [one], 3)
    assert [await rows(pool, name) for name in one.table_names] == before


async def test_a_versioned_table_keeps_each_row_as_each_fact_left_it(
    pool: asyncpg.Pool, log_of_two_shows: tuple[str, str]
) -> None:
    await project(pool, [projector()])
    kept = await pool.fetch(
        "SELECT position, row::json->>'cancelled' FROM projections.shown_versions ORDER BY 1"
    )
    assert [tuple(row) for row in kept] == [(1, "0"), (4, "1"), (5, "0"), (8, "1")]


async def test_generated_columns_are_the_tables_own(
    pool: asyncpg.Pool, log_of_two_shows: tuple[str, str]
) -> None:
    await project(pool, [projector()], 2)
    assert {row[3] for row in await rows(pool, "shown")} == {"ONE", "TWO"}


async def test_every_table_is_made_dropped_and_named(pool: asyncpg.Pool) -> None:
    one = projector()
    assert one.table_names == [
        "shown", "shown_versions", "booked", "moved", "moved_by_show", "moved_by_year",
    ]  # fmt: skip
    async with pool.acquire() as connection, connection.transaction():
        assert isinstance(connection, PoolConnectionProxy)
        for _ in range(2):
            await make_tables(connection, one, LIVE)
