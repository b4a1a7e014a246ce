"""A rebuild replaces live tables while they are written and read, and nobody notices."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from eventstore.postgres import log_pages
from projections import venues
from projections.following.follower import Step
from projections.projector import Projector
from projections.read_models import PROJECTORS
from projections.rebuilding.digest import digest
from projections.rebuilding.rebuild import RebuildUnderWay, only_rebuild, rebuild, rebuild_projector
from query_api.app import ROLE
from runtime.database import create_pool
from tests.projections.histories import history, tries_by_chance
from tests.projections.people import keyring_over
from tests.projections.projecting import ALL, follower, project, working
from tests.projections.season import booked, held, on_sale, scheduled, standing, ticket_type, venue
from tests.projections.test_parking import mended, unknown_booking
from tests.projections.writing import LogWriter

EVENTS = """SELECT l.name, a.available FROM projections.listings AS l JOIN projections.availability AS a USING (show_id)
            WHERE l.starts_at > $1"""


@pytest.fixture
async def readers(database: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(database, role=ROLE, application_name="query", min_size=4, max_size=4)
    async with made:
        yield made


async def some_of_everything(log: LogWriter) -> int:
    house, kind = venue(), ticket_type()
    await log.append(f"venue-{house.venue_id}", house)
    position = await log.append(f"ticket-type-{kind.ticket_type_id}", kind)
    for number in range(10):
        show = scheduled(f"Show {number}")
        facts = (*on_sale(show), booked(show, standing()), held(show, standing()))
        position = await log.append(f"show-{show.show_id}", *facts)
    return position


async def some_whole_lives(log: LogWriter) -> int:
    """Shows to which everything happens that can, some of them deleted in the end."""
    position = 0
    for seed in range(20):
        show, facts = history(tries_by_chance(seed))
        position = await log.append(f"show-{show.details.show_id}", *facts)
    return position


async def digests(pool: asyncpg.Pool) -> dict[str, dict[str, str]]:
    async with pool.acquire() as connection:
        return {each.name: await digest(connection, each) for each in ALL}


async def test_rebuilt_tables_equal_the_live_ones(pool: asyncpg.Pool, log: LogWriter) -> None:
    await some_of_everything(log)
    position = await some_whole_lives(log)
    await project(pool)
    live = await digests(pool)
    assert all(sum(int(table.partition(":")[0]) for table in tables.values()) for tables in live.values())
    told: list[tuple[int, int]] = []
    for name in PROJECTORS:
        await rebuild(
            name, pool, keyring_over(pool), lambda done, total: told.append((done, total)), batch_max=7
        )
    assert await digests(pool) == live
    assert {total for _, total in told} == {position}
    assert told[-1] == (position, position)


# One row of ten, by one.
DAMAGE = """UPDATE projections.availability SET held = held + 1
            WHERE show_id = (SELECT show_id FROM projections.listings WHERE name = 'Show 3')"""


async def test_a_digest_sees_any_difference(pool: asyncpg.Pool, log: LogWriter) -> None:
    await some_of_everything(log)
    await project(pool)
    before = await digests(pool)
    await pool.execute(DAMAGE)
    after = await digests(pool)
    assert {name for name in before if before[name] != after[name]} == {"availability"}


async def test_it_mends_what_was_damaged(pool: asyncpg.Pool, log: LogWriter) -> None:
    await some_of_everything(log)
    await project(pool)
    live = await digests(pool)
    await pool.execute(
        "DELETE FROM projections.bookings WHERE show_id = (SELECT show_id FROM projections.bookings LIMIT 1)"
    )
    assert await digests(pool) != live
    await rebuild("bookings", pool, keyring_over(pool))
    assert await digests(pool) == live


async def test_a_proof_compares_at_one_position_while_facts_come(pool: asyncpg.Pool, log: LogWriter) -> None:
    await some_of_everything(log)
    await some_whole_lives(log)
    await project(pool)
    show, done = scheduled("Hot"), asyncio.Event()
    stream = f"show-{show.show_id}"
    await log.append(stream, *on_sale(show))

    async def write() -> None:
        while not done.is_set():
            await log.append(stream, held(show, standing()))

    async with working(pool, batch_max=20):
        writing = asyncio.create_task(write())
        for name in PROJECTORS:
            rebuilt = await rebuild(name, pool, keyring_over(pool), batch_max=50, proven=True)
            assert rebuilt.proof is not None
            assert rebuilt.proof.differing == ()
            assert rebuilt.proof.position <= rebuilt.position
        done.set()
        await writing


async def test_without_a_worker_the_proof_brings_live_up_itself(pool: asyncpg.Pool, log: LogWriter) -> None:
    await project(pool)
    position = await some_of_everything(log)
    proof = (await rebuild("bookings", pool, keyring_over(pool), proven=True)).proof
    assert proof is not None
    assert (proof.position, proof.differing) == (position, ())


async def test_a_proof_names_the_tables_that_were_wrong(pool: asyncpg.Pool, log: LogWriter) -> None:
    await some_of_everything(log)
    await project(pool)
    await pool.execute(DAMAGE)
    proof = (await rebuild("availability", pool, keyring_over(pool), proven=True)).proof
    assert proof is not None
    assert proof.differing == ("availability",)
    again = (await rebuild("availability", pool, keyring_over(pool), proven=True)).proof
    assert again is not None
    assert again.differing == ()


async def test_a_proof_names_the_streams_that_account_for_a_difference(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    ill = scheduled("Ill")
    stream = f"show-{ill.show_id}"
    await log.append(stream, *on_sale(ill))
    await log.append_new(stream, [unknown_booking(ill.show_id)])
    await log.append(stream, booked(ill, standing()))
    await project(pool)
    same = (await rebuild("bookings", pool, keyring_over(pool), proven=True)).proof
    assert same is not None
    assert (same.differing, same.unparked, same.parked) == ((), frozenset(), frozenset())
    proof = (await rebuild_projector(mended(), pool, keyring_over(pool), proven=True)).proof
    assert proof is not None
    assert (proof.differing, proof.unparked) == (("bookings", "booking_versions"), frozenset({stream}))


async def test_tables_of_another_version_prove_nothing(pool: asyncpg.Pool, log: LogWriter) -> None:
    rebuilt = await rebuild("venues", pool, keyring_over(pool), proven=True)
    assert (rebuilt.proof, rebuilt.not_proven) == (None, "there are no live tables yet")
    wider = await rebuild_projector(newer(), pool, keyring_over(pool), proven=True)
    assert wider.proof is None
    assert "version" in wider.not_proven


async def test_pages_are_bounded_by_their_bytes_too(
    pool: asyncpg.Pool, log: LogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some_of_everything(log)
    await project(pool)
    live = await digests(pool)
    monkeypatch.setattr(log_pages, "BYTES_MAX", 1_000)
    monkeypatch.setattr(log_pages, "POSITIONS_MAX", 13)
    told: list[int] = []
    await rebuild("bookings", pool, keyring_over(pool), lambda done, _total: told.append(done))
    assert len(told) > 10
    assert told == sorted(told)
    assert await digests(pool) == live


async def test_under_load_no_read_fails_and_no_fact_is_lost(
    pool: asyncpg.Pool, log: LogWriter, readers: asyncpg.Pool
) -> None:
    show = scheduled("Hot")
    stream = f"show-{show.show_id}"
    await log.append(stream, *on_sale(show))
    done, seen = asyncio.Event(), [0, 0, 0]

    async def read(number: int) -> None:
        async with readers.acquire() as connection:
            while not done.is_set():
                rows = await connection.fetch(EVENTS, show.starts_at.replace(year=2000))
                assert [row["name"] for row in rows] == ["Hot"]
                seen[number] += 1

    async def write() -> int:
        position = 0
        while not done.is_set():
            position = await log.append(stream, held(show, standing()))
        return position

    async with working(pool, batch_max=20) as worker:
        await worker.reached(2)
        writing = asyncio.create_task(write())
        reading = [asyncio.create_task(read(number)) for number in range(3)]
        for name in ("availability", "listings", "availability"):
            await rebuild(name, pool, keyring_over(pool), batch_max=20)
        done.set()
        await asyncio.gather(*reading)
        position = await writing
        await worker.reached(position)
    live = await digests(pool)
    await rebuild("availability", pool, keyring_over(pool))
    assert await digests(pool) == live
    assert min(seen) > 0


async def test_a_second_rebuild_of_the_same_is_refused(pool: asyncpg.Pool) -> None:
    async with only_rebuild(pool, "venues"):
        with pytest.raises(RebuildUnderWay):
            await rebuild("venues", pool, keyring_over(pool))
        await project(pool)
        await rebuild("listings", pool, keyring_over(pool))


class Killed(Exception):
    """Stands for the end of the process."""


async def test_a_rebuild_that_was_killed_leaves_live_alone_and_the_next_one_starts_afresh(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    await some_of_everything(log)
    await project(pool)
    live = await digests(pool)

    def killed(_done: int, _total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        await rebuild("bookings", pool, keyring_over(pool), killed, batch_max=7)
    assert await digests(pool) == live
    await rebuild("bookings", pool, keyring_over(pool))
    assert await digests(pool) == live


async def test_a_busy_reader_delays_the_switch_and_is_not_disturbed(
    pool: asyncpg.Pool, log: LogWriter, readers: asyncpg.Pool
) -> None:
    await some_of_everything(log)
    await project(pool)
    async with readers.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        before = await connection.fetchval("SELECT count(*) FROM projections.bookings")
        rebuilding = asyncio.create_task(rebuild("bookings", pool, keyring_over(pool)))
        # Longer than the switch's patience: it has given up at least once and let us through.
        await asyncio.wait((rebuilding,), timeout=0.8)
        assert not rebuilding.done()
        assert await connection.fetchval("SELECT count(*) FROM projections.bookings_shows") == 10
        await transaction.commit()
        await rebuilding
        assert await connection.fetchval("SELECT count(*) FROM projections.bookings") == before


async def test_what_cannot_be_applied_is_parked_by_a_rebuild_too(pool: asyncpg.Pool, log: LogWriter) -> None:
    ill = scheduled("Ill")
    stream = f"show-{ill.show_id}"
    await log.append(stream, *on_sale(ill))
    await log.append_new(stream, [unknown_booking(ill.show_id)])
    await log.append(stream, booked(ill, standing()))
    await project(pool)
    parked = await pool.fetch(
        "SELECT stream, position FROM eventstore.parked WHERE subscription = 'bookings'"
    )
    await rebuild("bookings", pool, keyring_over(pool))
    assert parked == await pool.fetch(
        "SELECT stream, position FROM eventstore.parked WHERE subscription = 'bookings'"
    )
    assert await pool.fetchval("SELECT count(*) FROM projections.bookings") == 0


def newer() -> Projector:
    """The next version of venues, whose table has one column more."""
    projector = Projector(
        "venues", venues.PROJECTOR.version + 1, venues.PROJECTOR.tables, venues.PROJECTOR.folds
    )
    projector.__dict__["ddl"] = venues.PROJECTOR.ddl.replace("status ", "nickname text, status ")
    return projector


async def test_newer_code_rebuilds_by_itself_and_older_code_then_stands_back(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    house = venue()
    await log.append(f"venue-{house.venue_id}", house)
    await project(pool)
    wider = newer()
    assert await follower(wider, pool).step() is Step.OUTDATED
    async with working(pool, [wider]) as worker:
        other = venue("La Scala")
        position = await log.append(f"venue-{other.venue_id}", other)
        await worker.reached(position, [wider])
    rows = await pool.fetch("SELECT name, nickname FROM projections.venues ORDER BY name")
    assert [tuple(row) for row in rows] == [("La Scala", None), ("Teatro Regio", None)]
    assert await follower(venues.PROJECTOR, pool).step() is Step.NEWER
