"""What an operator is told about the read models."""

from datetime import timedelta

import asyncpg
import pytest

from projections import venues
from projections.health import check
from projections.rebuilding.rebuild import only_rebuild
from projections.status import footings, statuses
from runtime.database import is_unavailable
from runtime.http.health import Unhealthy
from tests.eventstore.waiting import until
from tests.projections.projecting import project, working
from tests.projections.season import venue
from tests.projections.writing import NOON, LogWriter


async def test_lag_is_what_is_not_applied_and_how_old_the_oldest_of_it_is(
    pool: asyncpg.Pool, log: LogWriter
) -> None:
    before = await statuses(pool, NOON)
    assert {(each.version, each.position, each.lag_facts, each.lag_seconds) for each in before} == {
        (None, 0, 0, 0.0)
    }
    first = venue()
    await log.append(f"venue-{first.venue_id}", first, at=NOON)
    await project(pool)
    for minutes in (1, 5):
        other = venue()
        await log.append(f"venue-{other.venue_id}", other, at=NOON + timedelta(minutes=minutes))
    (status,) = await statuses(pool, NOON + timedelta(minutes=11), ["venues"])
    assert (status.position, status.lag_facts, status.lag_seconds) == (1, 2, 600.0)
    assert (status.version, status.code_version) == (venues.PROJECTOR.version,) * 2
    await project(pool)
    (status,) = await statuses(pool, NOON + timedelta(days=1), ["venues"])
    assert (status.position, status.lag_facts, status.lag_seconds) == (3, 0, 0.0)


async def test_readiness_shows_lag_and_fails_when_it_is_too_much(pool: asyncpg.Pool, log: LogWriter) -> None:
    house = venue()
    await log.append(f"venue-{house.venue_id}", house, at=NOON)
    look = check(pool, lambda: NOON + timedelta(seconds=30))
    assert (await look())["venues"] == {"lag_facts": 1, "lag_seconds": 30.0, "parked": 0}
    with pytest.raises(Unhealthy, match="more than 20 seconds behind: venues"):
        await check(pool, lambda: NOON + timedelta(seconds=30), 20)()
    await project(pool)
    assert (await look())["venues"] == {"lag_facts": 0, "lag_seconds": 0.0, "parked": 0}


async def test_size_and_rows_are_those_of_all_its_tables(pool: asyncpg.Pool, log: LogWriter) -> None:
    assert (await footings(pool))["venues"].size_bytes == 0
    for _ in range(3):
        house = venue()
        await log.append(f"venue-{house.venue_id}", house)
    await project(pool)
    # Counts of rows are told by each session when it ends, or when it is asked to.
    await pool.execute("ANALYZE projections.venues")
    found = (await footings(pool))["venues"]
    assert found.rows == 3
    assert found.size_bytes == await pool.fetchval("SELECT pg_total_relation_size('projections.venues')")


async def test_workers_are_counted_while_they_live(
    pool: asyncpg.Pool, administrator: asyncpg.Connection
) -> None:
    async def counted(number: int) -> bool:
        try:
            return {each.workers for each in (await footings(pool)).values()} == {number}
        except Exception as error:
            # Our own connections are among those that are killed.
            if not is_unavailable(error):
                raise
            return False

    async with working(pool):
        await until(lambda: counted(1), "one worker")
        async with working(pool):
            await until(lambda: counted(2), "two workers")
        await until(lambda: counted(1), "one of them has ended")
        await administrator.execute(KILL)
        await until(lambda: counted(1), "it is there again after its connections were lost")
    assert await counted(0)


KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'projections'"


async def test_a_rebuild_is_seen_while_it_lasts(pool: asyncpg.Pool) -> None:
    async with only_rebuild(pool, "venues"):
        found = await footings(pool)
        assert [name for name, one in found.items() if one.rebuilding] == ["venues"]
    assert not any(one.rebuilding for one in (await footings(pool)).values())
