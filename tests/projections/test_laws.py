"""Laws of every read model: it equals the fold of the log, however the log was cut into batches."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
import pytest
from asyncpg.pool import PoolConnectionProxy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.show.facts import ShowFact
from domain.show.state import Show
from eventstore.appending import Item
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY
from eventstore.memory import MemoryStore
from projections.applying import apply
from projections.digest import digest
from projections.read_models import PROJECTORS
from projections.schema import LIVE, NEXT, make_tables, work_in
from tests.projections.histories import TRIES, Try, history
from tests.projections.writing import NOON, encoded

WINDOWS = st.sampled_from((None, 60, 600))
CUTS = st.lists(st.integers(1, 5), min_size=1, max_size=10)
LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncIterator[PoolConnectionProxy]:
    """Empty tables of every read model, live and beside."""
    async with pool.acquire() as connection:
        for schema in (LIVE, NEXT):
            for projector in PROJECTORS.values():
                async with connection.transaction():
                    await make_tables(connection, projector, schema)
        yield connection


async def recorded(facts: Sequence[ShowFact]) -> list[RecordedFact]:
    store = MemoryStore()
    await store.append([Item("show-1", EMPTY, [encoded(fact) for fact in facts])], NOON)
    return await store.read_log(0, len(facts))


async def fill(
    connection: PoolConnectionProxy, schema: str, facts: Sequence[RecordedFact], cuts: Sequence[int]
) -> None:
    """Apply `facts` to every read model in batches of these sizes, over and over."""
    await work_in(connection, schema)
    at, turn = 0, 0
    while at < len(facts):
        size, turn = cuts[turn % len(cuts)], turn + 1
        for projector in PROJECTORS.values():
            await apply(projector, connection, facts[at : at + size])
        at += size


async def digests(connection: PoolConnectionProxy, schema: str) -> dict[str, dict[str, str]]:
    return {name: await digest(connection, projector, schema) for name, projector in PROJECTORS.items()}


@LAW
@given(tries=TRIES, window=WINDOWS, cuts=CUTS, on_sale=st.booleans())
async def test_read_models_equal_the_fold_of_the_log(
    connection: PoolConnectionProxy, tries: list[Try], window: int | None, cuts: list[int], on_sale: bool
) -> None:
    show, facts = history(tries, window, on_sale)
    async with rolled_back(connection):
        await fill(connection, LIVE, await recorded(facts), cuts)
        (listing,) = await connection.fetch("SELECT status, capacity, updated_at FROM listings")
        (left,) = await connection.fetch("SELECT * FROM availability")
        bookings = await connection.fetch(
            "SELECT *, booking_id::text AS id FROM bookings ORDER BY booking_id"
        )
        assert tuple(listing) == (show.status, show.details.plan.capacity, show.updated_at)
        assert left_of(left) == left_by_fold(show)
        assert [booked(row) for row in bookings] == booked_by_fold(show)


@LAW
@given(tries=TRIES, window=WINDOWS, cuts=CUTS)
async def test_any_cut_of_the_log_gives_the_same_rows(
    connection: PoolConnectionProxy, tries: list[Try], window: int | None, cuts: list[int]
) -> None:
    facts = await recorded(history(tries, window)[1])
    async with rolled_back(connection):
        await fill(connection, LIVE, facts, [len(facts)])
        await fill(connection, NEXT, facts, cuts)
        assert await digests(connection, LIVE) == await digests(connection, NEXT)


@LAW
@given(tries=TRIES, window=WINDOWS, cuts=CUTS)
async def test_the_whole_log_a_second_time_changes_nothing(
    connection: PoolConnectionProxy, tries: list[Try], window: int | None, cuts: list[int]
) -> None:
    facts = await recorded(history(tries, window)[1])
    async with rolled_back(connection):
        await fill(connection, LIVE, facts, [len(facts)])
        before = await digests(connection, LIVE)
        await fill(connection, LIVE, facts, cuts)
        assert await digests(connection, LIVE) == before


@asynccontextmanager
async def rolled_back(connection: PoolConnectionProxy) -> AsyncIterator[None]:
    """A transaction of which nothing stays: the next example finds empty tables."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


def left_of(row: Any) -> dict[str, Any]:
    kinds = orjson.loads(row["by_ticket_type"])
    return {
        "draft": row["draft"],
        "capacity": row["capacity"],
        "available": row["available"],
        "sold_out": row["sold_out"],
        "held": row["held"],
        "sold": row["sold"],
        "free": orjson.loads(row["free"]),
        "by type": {
            kind["ticket_type_id"]: (kind["held"], kind["sold"], kind["available"]) for kind in kinds
        },
    }


def left_by_fold(show: Show) -> dict[str, Any]:
    stock = show.stock
    left = {offer.id: show.available(offer) for offer in show.offers.values()}
    return {
        "draft": show.status == "draft",
        "capacity": show.details.plan.capacity,
        "available": sum(show.places.free.values()),
        "sold_out": not any(left.values()),
        "held": sum(stock.held.values()),
        "sold": sum(stock.sold.values()),
        "free": show.places.free,
        "by type": {each: (stock.held.get(each, 0), stock.sold.get(each, 0), left[each]) for each in left},
    }


def booked(row: Any) -> tuple[Any, ...]:
    tickets = [ticket["id"] for ticket in orjson.loads(row["tickets"])]
    cancelled = sorted(orjson.loads(row["cancelled"]))
    return row["id"], row["status"], row["expires_at"], row["total"], row["refund"], tickets, cancelled


def booked_by_fold(show: Show) -> list[tuple[Any, ...]]:
    return [
        (
            each.id, each.status, each.expires_at, each.total.amount, each.refunded.amount,
            [ticket.id for ticket in each.tickets], sorted(each.cancelled_ids),
        )
        for _, each in sorted(show.bookings.items())
    ]  # fmt: skip
