"""What an operator is told about the read models."""

from datetime import timedelta

import asyncpg
import pytest

from projections import venues
from projections.health import check
from projections.status import statuses
from runtime.http.health import Unhealthy
from tests.projections.projecting import project
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
