"""The log went back to an earlier state and checkpoints did not: whoever is ahead of it says so and stops."""

import logging
from datetime import datetime

import asyncpg
import pytest

from eventstore.postgres.store import PostgresStore
from projections import bookings, venues
from projections.following.follower import SURE_SECONDS, Follower, Step
from projections.following.sharing import Sharing
from projections.health import check
from projections.projector import Projector
from projections.rebuilding.rebuild import rebuild
from projections.status import statuses
from projections.watching.watchman import Watchman
from runtime.http.health import Unhealthy
from tests.eventstore.waiting import until
from tests.projections.conftest import GoBack
from tests.projections.people import keyring_over
from tests.projections.projecting import follower, project, working
from tests.projections.season import on_sale, scheduled, venue
from tests.projections.writing import MINUTE, NOON, LogWriter


async def houses(log: LogWriter, count: int, at: datetime = NOON) -> int:
    """So many more facts, each of a stream of its own; the last one's position."""
    position = 0
    for _ in range(count):
        house = venue()
        position = await log.append(f"venue-{house.venue_id}", house, at=at)
    return position


@pytest.mark.parametrize("facts_since", [0, 2, 5])
@pytest.mark.parametrize("projector", [venues.PROJECTOR, bookings.PROJECTOR], ids=lambda each: each.name)
async def test_tables_that_hold_what_the_log_has_not_stay_as_they_are(
    projector: Projector, facts_since: int, pool: asyncpg.Pool, log: LogWriter, go_back: GoBack
) -> None:
    """Also once the log has as many facts again, or more, whether they concern the projector or not."""
    await houses(log, 5)
    await project(pool, [projector])
    running = follower(projector, pool)
    await running.step()
    await go_back(3)
    await houses(log, facts_since)
    assert await follower(projector, pool).step() is Step.ASTRAY
    # One that is at work believes to know where it stands, until there is something for it to do, or it makes sure.
    assert await running.step() is (Step.ASTRAY if facts_since > 2 else Step.NOTHING_NEW)
    running._made_sure_at -= SURE_SECONDS
    assert await running.step() is Step.ASTRAY
    (status,) = await statuses(pool, NOON, [projector.name])
    assert (status.is_astray, status.position) == (True, 5)


async def test_a_worker_that_has_nothing_to_do_says_so_soon(
    pool: asyncpg.Pool, log: LogWriter, go_back: GoBack, caplog: pytest.LogCaptureFixture
) -> None:
    position = await houses(log, 5)
    async with working(pool, [venues.PROJECTOR]) as worker:
        await worker.reached(position, [venues.PROJECTOR])
        await go_back(3)

        async def said() -> bool:
            return "run `seatledger rebuild venues`" in caplog.text

        await until(said, "it notices although there is nothing to do")


@pytest.mark.parametrize("concerned", [True, False], ids=["to be applied", "to be passed over"])
@pytest.mark.parametrize("knows", [True, False], ids=["in its place", "under the lease"])
async def test_facts_that_were_read_before_the_log_went_back_are_applied_by_nobody(
    concerned: bool, knows: bool, pool: asyncpg.Pool, log: LogWriter, go_back: GoBack
) -> None:
    """Somebody has read them for all of a process; a follower that was behind finds them there."""
    sharing = Sharing.over(pool, 1000, keyring_over(pool))
    behind = Follower(venues.PROJECTOR, pool, sharing, lambda: NOON)
    await houses(log, 3)
    while await behind.step() is not Step.NOTHING_NEW:
        pass
    show = scheduled()
    await (houses(log, 2) if concerned else log.append(f"show-{show.show_id}", *on_sale(show)))
    old = await sharing.pages.after(PostgresStore(pool), 3)
    assert len(old.facts) == 2
    await go_back(3)
    await houses(log, 2, at=NOON + MINUTE)
    if not knows:
        behind._stands = None
    while await behind.step() is not Step.NOTHING_NEW:
        pass
    there = {fact.stream.removeprefix("venue-") for fact in await PostgresStore(pool).read_log(0, 10)}
    assert {row[0] for row in await pool.fetch("SELECT venue_id::text FROM projections.venues")} == there
    (status,) = await statuses(pool, NOON, ["venues"])
    assert (status.is_astray, status.position) == (False, 5)


async def test_they_are_right_again_when_they_are_rebuilt(
    pool: asyncpg.Pool, log: LogWriter, go_back: GoBack
) -> None:
    await houses(log, 5)
    await project(pool)
    await go_back(3)
    rebuilt = await rebuild("venues", pool, keyring_over(pool), proven=True)
    assert (rebuilt.position, rebuilt.proof) == (3, None)
    assert "not in this log" in rebuilt.not_proven
    assert await pool.fetchval("SELECT count(*) FROM projections.venues") == 3
    await houses(log, 1)
    await project(pool, [venues.PROJECTOR])
    assert await pool.fetchval("SELECT count(*) FROM projections.venues") == 4
    (status,) = await statuses(pool, NOON, ["venues"])
    assert not status.is_astray


async def test_the_worker_and_the_readiness_page_name_the_way_out(
    pool: asyncpg.Pool, log: LogWriter, go_back: GoBack, caplog: pytest.LogCaptureFixture
) -> None:
    await houses(log, 5)
    await project(pool)
    look = check(pool, lambda: NOON)
    await look()
    await go_back(3)
    with pytest.raises(Unhealthy, match=r"not in the log.*: .*venues.*seatledger rebuild"):
        await look()

    async def said() -> bool:
        return "run `seatledger rebuild venues`" in caplog.text

    with caplog.at_level(logging.ERROR):
        async with working(pool, [venues.PROJECTOR]):
            await until(said, "it says what to do")


async def test_a_worker_of_before_leaves_a_position_and_no_hash(
    pool: asyncpg.Pool, log: LogWriter, database: str
) -> None:
    """Its code knows nothing of them: then the number is all there is to go by."""
    await houses(log, 2)
    await project(pool, [venues.PROJECTOR])
    await houses(log, 1)
    owner = await asyncpg.connect(database)
    await owner.execute("UPDATE eventstore.checkpoints SET position = 3 WHERE subscription = 'venues'")
    await owner.close()
    assert await follower(venues.PROJECTOR, pool).step() is Step.NOTHING_NEW


async def test_the_watchman_says_that_facts_are_others_and_looks_at_all_of_them(
    pool: asyncpg.Pool, log: LogWriter, go_back: GoBack
) -> None:
    await houses(log, 5)
    await Watchman(pool, lambda: NOON).step()
    await go_back(3)
    await houses(log, 3)
    one = Watchman(pool, lambda: NOON)
    await one.step()
    await one.step()
    found = await pool.fetch("SELECT details FROM eventstore.violations ORDER BY number")
    assert [row[0] for row in found] == ["the fact at position 5 is not the one that was seen there"]
    positions = await pool.fetchval(
        "SELECT position FROM eventstore.checkpoints WHERE subscription = 'watch'"
    )
    assert positions == 6
