"""The worker: follows the log, shares the work, outlives its database."""

import asyncio
from urllib.parse import urlsplit

import asyncpg
import pytest

from eventstore.postgres.subscriptions import PostgresSubscriptions
from projections import listings
from projections.following.follower import Step
from projections.following.worker import run
from projections.read_models import NoSuchProjector
from projections.schema import LIVE, work_in
from runtime.database import STATEMENT_CHARS_MAX
from runtime.settings import load_settings
from tests.projections.people import keyring_over
from tests.projections.projecting import ALL, ending, follower, project, working
from tests.projections.season import on_sale, scheduled, venue
from tests.projections.writing import LogWriter

COUNT = "SELECT count(*) FROM projections.listings"


async def test_it_applies_what_was_there_and_what_comes(pool: asyncpg.Pool, log: LogWriter) -> None:
    first, second = scheduled(), scheduled()
    await log.append(f"show-{first.show_id}", *on_sale(first))
    async with working(pool) as worker:
        await worker.reached(2)
        position = await log.append(f"show-{second.show_id}", *on_sale(second))
        await worker.reached(position)
    assert await pool.fetchval(COUNT) == 2


async def test_small_batches_and_a_long_log(pool: asyncpg.Pool, log: LogWriter) -> None:
    shows = [scheduled(f"Show {number}") for number in range(30)]
    await log.append_many({f"show-{show.show_id}": on_sale(show) for show in shows})
    async with working(pool, batch_max=7) as worker:
        await worker.reached(60)
    assert await pool.fetchval(f"{COUNT} WHERE status = 'on_sale'") == 30


async def test_two_workers_apply_each_fact_once(pool: asyncpg.Pool, log: LogWriter) -> None:
    async with working(pool, batch_max=3) as one, working(pool, batch_max=3) as other:
        for number in range(20):
            show = scheduled(f"Show {number}")
            await log.append(f"show-{show.show_id}", *on_sale(show))
        await one.reached(40)
        await other.reached(40)
    assert await pool.fetchval(f"{COUNT} WHERE status = 'on_sale'") == 20


async def test_every_statement_of_a_batch_stays_prepared(pool: asyncpg.Pool) -> None:
    """Planning the longest of them takes longer than a batch."""
    await project(pool)
    ledgers = [ledger for projector in ALL for ledger in projector.ledgers]
    assert max(len(ledger.enter) for ledger in ledgers) < STATEMENT_CHARS_MAX
    async with pool.acquire() as connection, connection.transaction():
        await work_in(connection, LIVE)
        for ledger in ledgers:
            for _ in range(2):
                await connection.execute(ledger.enter, "[]")
        prepared = {row[0] for row in await connection.fetch("SELECT statement FROM pg_prepared_statements")}
    assert {ledger.enter for ledger in ledgers} <= prepared


async def test_a_lease_held_elsewhere_is_left_alone(pool: asyncpg.Pool) -> None:
    async with PostgresSubscriptions(pool).lease("listings") as lease:
        assert lease is not None
        assert await follower(listings.PROJECTOR, pool).step() is Step.TAKEN
    assert await follower(listings.PROJECTOR, pool).step() is Step.NOTHING_NEW


async def test_it_outlives_killed_connections(
    pool: asyncpg.Pool, log: LogWriter, administrator: asyncpg.Connection
) -> None:
    async with working(pool) as worker:
        for number in range(5):
            await administrator.execute(KILL)
            show = scheduled(f"Show {number}")
            await log.append(f"show-{show.show_id}", *on_sale(show))
        await worker.reached(10)
    assert await pool.fetchval(COUNT) == 5


KILL = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'projections'"""


async def test_it_outlives_a_database_that_is_away(
    pool: asyncpg.Pool, log: LogWriter, administrator: asyncpg.Connection, database: str
) -> None:
    name = urlsplit(database).path.lstrip("/")
    async with working(pool) as worker:
        show = scheduled()
        position = await log.append(f"show-{show.show_id}", *on_sale(show))
        await administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await administrator.execute(KILL)
        await administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await worker.reached(position)


async def test_an_order_to_stop_ends_it_at_once_and_leaves_no_connection(pool: asyncpg.Pool) -> None:
    async with working(pool) as worker:
        worker.stop.set()
    assert pool.get_idle_size() == pool.get_size()


async def test_dropped_tables_are_filled_again(pool: asyncpg.Pool, log: LogWriter) -> None:
    house = venue()
    position = await log.append(f"venue-{house.venue_id}", house)
    async with working(pool) as worker:
        await worker.reached(position)
    await pool.execute(
        "DROP TABLE projections.venues; DELETE FROM projections.projectors WHERE name = 'venues'"
    )
    other = venue()
    position = await log.append(f"venue-{other.venue_id}", other)
    async with working(pool) as worker:
        await worker.reached(position)
    assert await pool.fetchval("SELECT count(*) FROM projections.venues") == 2


async def test_an_unknown_name_is_refused_before_anything_starts(pool: asyncpg.Pool) -> None:
    with pytest.raises(NoSuchProjector, match="availability, booking"):
        await run(pool, ["listings", "seat_maps"], asyncio.Event(), load_settings(), keyring_over(pool))


async def test_no_names_means_all(pool: asyncpg.Pool, log: LogWriter) -> None:
    house = venue()
    position = await log.append(f"venue-{house.venue_id}", house)
    async with ending(lambda stop: run(pool, [], stop, load_settings(), keyring_over(pool)), pool) as worker:
        await worker.reached(position)
    assert await pool.fetchval("SELECT count(*) FROM projections.projectors") == len(ALL)
