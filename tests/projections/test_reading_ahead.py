"""While a page is applied the next one is read; it is a place to look, and what is done there makes sure."""

import asyncio

import asyncpg
import pytest

from eventstore.facts import RecordedFact
from eventstore.postgres.store import PostgresStore
from eventstore.store import StoreUnavailable
from projections import listings
from projections.following.decoding import Decoding, decoded
from projections.following.follower import Step
from projections.following.leases import Lease
from tests.projections.projecting import follower, project
from tests.projections.season import on_sale, scheduled
from tests.projections.test_passing import positions
from tests.projections.writing import LogWriter

COUNT = "SELECT count(*) FROM projections.listings WHERE status = 'on_sale'"


async def shows(log: LogWriter, number: int) -> int:
    made = [scheduled(f"Show {each}") for each in range(number)]
    await log.append_many({f"show-{show.show_id}": on_sale(show) for show in made})
    return 2 * number


async def test_the_next_page_is_read_before_the_last_one_is_done(
    pool: asyncpg.Pool, log: LogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shows(log, 2)
    read, advance, asked = PostgresStore.read_log, Lease.advance_to, asyncio.Event()

    async def seen(self: PostgresStore, after: int, limit: int) -> list[RecordedFact]:
        if after == 2:
            asked.set()
        return await read(self, after, limit)

    async def in_no_hurry(held: Lease, last: RecordedFact, *, changed: bool) -> None:
        if last.position == 2:
            async with asyncio.timeout(60):
                await asked.wait()
        await advance(held, last, changed=changed)

    monkeypatch.setattr(PostgresStore, "read_log", seen)
    monkeypatch.setattr(Lease, "advance_to", in_no_hurry)
    one = follower(listings.PROJECTOR, pool, batch_max=2)
    while await one.step() is not Step.NOTHING_NEW:
        pass
    assert await pool.fetchval(COUNT) == 2


async def test_what_went_wrong_with_it_goes_wrong_for_nobody(
    pool: asyncpg.Pool, log: LogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shows(log, 3)
    read, failures = PostgresStore.read_log, 0

    async def fails_once(self: PostgresStore, after: int, limit: int) -> list[RecordedFact]:
        nonlocal failures
        if after == 2 and not failures:
            failures += 1
            raise StoreUnavailable("gone")
        return await read(self, after, limit)

    monkeypatch.setattr(PostgresStore, "read_log", fails_once)
    one = follower(listings.PROJECTOR, pool, batch_max=2)
    while await one.step() is not Step.NOTHING_NEW:
        pass
    assert failures == 1
    assert await pool.fetchval(COUNT) == 3


async def test_another_worker_may_have_been_there_meanwhile(pool: asyncpg.Pool, log: LogWriter) -> None:
    await shows(log, 2)
    one = follower(listings.PROJECTOR, pool, batch_max=2)
    assert await one.step() is Step.MORE
    await project(pool, [listings.PROJECTOR])
    end = 4 + await shows(log, 1)
    while await one.step() is not Step.NOTHING_NEW:
        pass
    assert await pool.fetchval(COUNT) == 3
    assert (await positions(pool))["listings"] == end


async def test_what_came_after_a_short_page_was_read_is_not_overlooked(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    await shows(log, 1)
    one = follower(listings.PROJECTOR, pool, batch_max=2)
    assert await one.step() is Step.MORE
    await asyncio.wait((one._ahead[1],) if one._ahead else ())
    await shows(log, 1)
    assert await one.step() is not Step.NOTHING_NEW
    assert await pool.fetchval(COUNT) == 2


async def test_a_fact_is_decoded_once_but_only_the_very_same(pool: asyncpg.Pool, log: LogWriter) -> None:
    await shows(log, 2)
    decoding, facts = Decoding(3), await PostgresStore(pool).read_log(0, 10)
    first = [decoding(each) for each in facts[:3]]
    assert [decoding(each) is fact for each, fact in zip(facts, first, strict=False)] == [True] * 3
    assert first == [decoded(each) for each in facts[:3]]
    # Of the same position, and yet another.
    assert decoding(facts[0]._replace(data=facts[2].data)) == first[2]
    # Memory is bounded: the fourth is one too many.
    assert decoding(facts[3]) == decoded(facts[3])
    assert len(decoding._known) <= 3
