"""Laws of every read model: it equals the fold of the log, however the log was cut into batches."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, get_args
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
import orjson
import pytest
from asyncpg.pool import PoolConnectionProxy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.show.booking import Booking
from domain.show.evolve import evolve
from domain.show.facts import ShowDetailsChanged, ShowFact, ShowRescheduled, ShowScheduled
from domain.show.state import Show
from eventstore.appending import Item
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY
from eventstore.memory import MemoryStore
from projections.applying import apply
from projections.read_models import PROJECTORS
from projections.rebuilding.digest import digest
from projections.schema import LIVE, NEXT, make_tables, work_in
from resources.rendering.event import rules_body
from runtime.folding import fold, words
from tests.projections.histories import TRIES, Try, history, tries_by_chance
from tests.projections.people import keyring_over
from tests.projections.writing import NOON, encoded

WINDOWS = st.sampled_from((None, 60, 600))
CUTS = st.lists(st.integers(1, 5), min_size=1, max_size=10)
LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

WORDS_OF_SHOWS = """SELECT show_id::text, lexeme, array_to_string(weights, '') AS weights
                    FROM search, unnest(words) AS w"""


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
            await apply(projector, connection, facts[at : at + size], keyring_over(connection))
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
        listings = await connection.fetch("SELECT *, show_id::text AS id FROM listings")
        left = await connection.fetch("SELECT * FROM availability")
        searched = await connection.fetch(WORDS_OF_SHOWS)
        known = await connection.fetch("SELECT word FROM search_words")
        sold = await connection.fetch("SELECT owner_id::text AS owner FROM sales_shows")
        bookings = await connection.fetch(
            "SELECT *, booking_id::text AS id, customer_id::text AS customer FROM bookings ORDER BY booking_id"
        )
        shows = await connection.fetch("SELECT * FROM bookings_shows")
        there = show.status != "deleted"
        assert [listed(row) for row in listings] == [listed_by_fold(show)] * there
        assert [row["owner"] for row in sold] == [show.details.owner_id] * there
        assert weighted(searched) == weighted_by_fold(show, there)
        assert {row["word"] for row in known} == ever_said(facts)
        assert [left_of(row) for row in left] == [left_by_fold(show)] * there
        assert [its_show(row) for row in shows] == [its_show_by_fold(show, facts)] * there
        assert [booked(row) for row in bookings] == booked_by_fold(show)
        assert all(
            held + sold + blocked + free == capacity
            for held, sold, blocked, free, capacity in map(sums, left)
        )


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


def listed(row: Any) -> dict[str, Any]:
    offers = orjson.loads(row["offers"])
    return {
        "id": row["id"],
        "status": row["status"],
        "name": row["name"],
        "category": row["category"],
        "starts_at": row["starts_at"],
        "ends_at": row["ends_at"],
        "window": row["payment_window_seconds"],
        "rules": orjson.loads(row["rules"]),
        "capacity": row["capacity"],
        "prices": (row["price_from"], row["price_to"]),
        "where": (row["venue_name"], row["city"]),
        "keys": (row["venue_key"], row["city_key"], row["category_key"]),
        "over_at": row["over_at"],
        "local_day": row["local_day"],
        "offers": [(each["id"], each["name"], each["quota"], each["opens_when_sold_out"]) for each in offers],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "owner": None if row["owner_id"] is None else str(row["owner_id"]),
    }


def listed_by_fold(show: Show) -> dict[str, Any]:
    details, offers = show.details, list(show.offers.values())
    amounts = [offer.price.amount for offer in offers]
    return {
        "id": details.show_id,
        "status": show.status,
        "name": details.name,
        "category": details.category,
        "starts_at": details.starts_at,
        "ends_at": details.ends_at,
        "window": details.payment_window_seconds,
        "rules": orjson.loads(orjson.dumps(rules_body(details.rules))),
        "capacity": details.plan.capacity,
        "prices": (min(amounts), max(amounts)),
        "where": (details.venue_name, details.city),
        "keys": (fold(details.venue_name), fold(details.city), fold(details.category)),
        "over_at": details.ends_at or details.starts_at,
        "local_day": details.starts_at.astimezone(ZoneInfo(details.timezone)).date(),
        "offers": [(each.id, each.name, each.quota, each.opens_after) for each in offers],
        "created_at": details.at,
        "updated_at": show.updated_at,
        "owner": details.owner_id,
    }


def weighted(rows: Sequence[Any]) -> dict[str, dict[str, set[str]]]:
    """Of each show: in which parts each word stands."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        found.setdefault(row["show_id"], {})[row["lexeme"]] = set(row["weights"])
    return found


def weighted_by_fold(show: Show, there: bool) -> dict[str, dict[str, set[str]]]:
    details, found = show.details, defaultdict[str, set[str]](set)
    place = f"{details.venue_name} {details.city}"
    for weight, text in zip(
        "ABCD", (details.name, place, details.category, details.description), strict=True
    ):
        for word in words(text):
            found[word].add(weight)
    return {details.show_id: dict(found)} if there else {}


def ever_said(facts: Sequence[ShowFact]) -> set[str]:
    said: set[str] = set()
    for fact in facts:
        if isinstance(fact, ShowScheduled):
            said.update(words(f"{fact.venue_name} {fact.city}"))
        if isinstance(fact, ShowScheduled | ShowDetailsChanged):
            said.update(words(f"{fact.name} {fact.category} {fact.description}"))
    return said


def its_show(row: Any) -> dict[str, Any]:
    names = ("name", "venue_name", "timezone", "starts_at", "ends_at", "status", "revision")
    return {name: row[name] for name in names}


def its_show_by_fold(show: Show, facts: Sequence[ShowFact]) -> dict[str, Any]:
    """`revision` is that of a fold fact by fact: how often name, times or a cancellation have changed it."""
    fold, revision = Show(), -1
    seen: tuple[Any, ...] = ()
    for fact in facts:
        evolve(fold, fact)
        details = fold.details
        now = (details.name, details.starts_at, details.ends_at, fold.status == "cancelled")
        revision += isinstance(fact, ShowRescheduled) or now != seen
        seen = now
    details = show.details
    return {
        "name": details.name,
        "venue_name": details.venue_name,
        "timezone": details.timezone,
        "starts_at": details.starts_at,
        "ends_at": details.ends_at,
        "status": show.status,
        "revision": revision,
    }


def sums(row: Any) -> tuple[int, int, int, int, int]:
    return row["held"], row["sold"], row["blocked"], row["available"], row["capacity"]


def left_of(row: Any) -> dict[str, Any]:
    kinds, stock = orjson.loads(row["by_ticket_type"]), orjson.loads(row["stock"])
    kept: Counter[str] = Counter()
    for parts in stock["allotted"].values():
        kept.update(parts)
    return {
        "draft": row["draft"],
        "capacity": row["capacity"],
        "available": row["available"],
        "blocked": row["blocked"],
        "sold_out": row["sold_out"],
        "held": row["held"],
        "sold": row["sold"],
        "free": stock["free"],
        "kept": +kept,
        "by type": [
            (
                kind["ticket_type_id"],
                kind["name"],
                kind["quota"],
                kind["held"],
                kind["sold"],
                kind["available"],
            )
            for kind in kinds
        ],
    }


def left_by_fold(show: Show) -> dict[str, Any]:
    stock, offers = show.stock, list(show.offers.values())
    return {
        "draft": show.status == "draft",
        "capacity": show.details.plan.capacity,
        "available": sum(show.places.free.values()),
        "blocked": sum(show.places.kept.values()),
        "sold_out": not any(show.available(offer) for offer in offers),
        "held": sum(stock.held.values()),
        "sold": sum(stock.sold.values()),
        "free": show.places.free,
        "kept": +Counter(show.places.kept),
        "by type": [
            (
                each.id,
                each.name,
                each.quota,
                stock.held.get(each.id, 0),
                stock.sold.get(each.id, 0),
                show.available(each),
            )
            for each in offers
        ],
    }


def booked(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "status": row["status"],
        "code": row["code"],
        "customer": (row["customer"], row["customer_name"], row["customer_email"]),
        "expires_at": row["expires_at"],
        "money": (row["total"], row["paid"], row["refund"], row["currency"]),
        "tickets": orjson.loads(row["tickets"]),
        "cancelled": orjson.loads(row["cancelled"]),
        "refunded": orjson.loads(row["refunded"]),
        "created_at": row["created_at"],
    }


def booked_by_fold(show: Show) -> list[dict[str, Any]]:
    return [_booking(booking) for _, booking in sorted(show.bookings.items())]


def _booking(booking: Booking) -> dict[str, Any]:
    customer = booking.customer
    return {
        "id": booking.id,
        "status": booking.status,
        "code": booking.code,
        "customer": (customer.id, customer.name, customer.email),
        "expires_at": booking.expires_at,
        "money": (booking.total.amount, booking.paid.amount, booking.refunded.amount, booking.total.currency),
        "tickets": [msgspec.to_builtins(ticket) for ticket in booking.tickets],
        "cancelled": list(booking.cancelled_ids),
        "refunded": list(booking.refunded_ids),
        "created_at": booking.created_at,
    }


def test_the_histories_tried_have_every_fact() -> None:
    tried = {
        type(fact)
        for seed in range(60)
        for fact in history(tries_by_chance(seed), (600, None, 60)[seed % 3], on_sale=seed % 4 > 0)[1]
    }
    assert tried == set(get_args(ShowFact))
