"""An ETag stands while no row of its list has changed, and never a moment longer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from projections import listings, venues
from projections.following.follower import Follower, Step
from projections.following.leases import lease
from projections.parked.retrying import retry
from projections.projector import Projector
from projections.rebuilding.rebuild import rebuild
from query_api.freshness import Freshness
from tests.eventstore.waiting import until
from tests.projections.people import keyring_over
from tests.projections.projecting import follower, project
from tests.projections.season import booked, on_sale, scheduled, standing, venue
from tests.projections.test_parking import unknown_name
from tests.projections.writing import LogWriter
from tests.query_api.conftest import World

KILL_QUERY_SIDE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'query'"
MARK = "SELECT changed_by::text FROM eventstore.checkpoints WHERE subscription = 'venues'"
MOVE_UNTOLD = "UPDATE eventstore.checkpoints SET position = $1 WHERE subscription = 'venues'"


@asynccontextmanager
async def followed(pool: asyncpg.Pool) -> AsyncIterator[Freshness]:
    """A watcher that polls too seldom to be of help in a test."""
    freshness = Freshness(pool, wait_seconds=20, poll_seconds=3600)
    watching = asyncio.create_task(freshness.watch())
    try:
        yield freshness
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


@pytest.fixture
async def following(world: World) -> AsyncIterator[Freshness]:
    async with followed(world.query_pool) as freshness:
        yield freshness


async def opened(log: LogWriter, pool: asyncpg.Pool) -> int:
    """A venue more."""
    house = venue()
    position = await log.append(f"venue-{house.venue_id}", house)
    await project(pool, [venues.PROJECTOR])
    return position


async def nothing_for_venues(log: LogWriter) -> int:
    show = scheduled()
    return await log.append(f"show-{show.show_id}", *on_sale(show), booked(show, standing()))


async def idle(projector: Projector, pool: asyncpg.Pool) -> Follower:
    """A follower that knows where its checkpoint stands, and so passes over what does not concern it."""
    made = follower(projector, pool)
    while await made.step() is not Step.NOTHING_NEW:
        pass
    return made


async def test_bookings_leave_a_list_of_venues_standing(world: World) -> None:
    await opened(world.log, world.pool)
    await world.project()
    first = await world.get("/venues")
    show = scheduled()
    position = await world.happened(f"show-{show.show_id}", *on_sale(show), booked(show, standing()))
    again = await world.get("/venues")
    assert (again.headers["ETag"], again.content) == (first.headers["ETag"], first.content)
    # It says how new it is, not how old the tag is.
    assert int(again.headers["Seatledger-Position"]) == position
    await opened(world.log, world.pool)
    await world.project()
    assert (await world.get("/venues")).headers["ETag"] != first.headers["ETag"]


async def test_passing_over_facts_changes_no_rows_with_or_without_the_lease(
    world: World, following: Freshness
) -> None:
    await following.at_least(["venues"], await opened(world.log, world.pool))
    rows = following.rows("venues")
    passing = await idle(venues.PROJECTOR, world.pool)
    for step in (passing.step, follower(venues.PROJECTOR, world.pool).step):
        position = await nothing_for_venues(world.log)
        await step()
        await following.at_least(["venues"], position)
        assert following.rows("venues") == rows


async def test_every_fact_that_concerns_changes_them(world: World, following: Freshness) -> None:
    seen = set()
    for _ in range(5):
        await following.at_least(["venues"], await opened(world.log, world.pool))
        seen.add(following.rows("venues"))
    assert len(seen) == 5


async def test_two_changes_are_two_also_where_the_database_gives_a_transaction_id_out_again(
    world: World,
) -> None:
    """As after a crash: projectors do not wait for the disk, so it may have forgotten that it gave that one out."""
    await opened(world.log, world.pool)
    await world.project()
    marks = set()
    async with lease(world.pool, "venues") as held:
        assert held is not None
        for _ in range(5):
            await held.advance(held.position)
            marks.add(await held.connection.fetchval(MARK))
    assert len(marks) == 5


async def test_so_are_those_of_facts_that_are_passed_over(world: World) -> None:
    await opened(world.log, world.pool)
    passing = await idle(venues.PROJECTOR, world.pool)
    await world.pool.execute("UPDATE eventstore.checkpoints SET changed_known_at = NULL")
    await nothing_for_venues(world.log)
    assert await passing.step() is Step.CAUGHT_UP
    given_out = await world.pool.fetchval("SELECT pg_current_xact_id()::text")
    # Were it one of the database's ids, it would be smaller than this one, which came later.
    assert int(await world.pool.fetchval(MARK)) > int(given_out)


async def test_all_processes_say_the_same_also_those_that_have_just_begun(
    world: World, following: Freshness
) -> None:
    await opened(world.log, world.pool)
    position = await nothing_for_venues(world.log)
    await project(world.pool)
    await following.at_least(["venues"], position)
    async with followed(world.query_pool) as other:
        await other.at_least(["venues"], position)
        assert other.rows("venues") == following.rows("venues")


async def test_what_was_missed_while_the_connection_was_lost_is_told_by_whatever_comes_next(
    world: World, following: Freshness, administrator: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows change while nobody listens; then somebody listens again, and hears of a fact that changes none before the
    look that would find out.
    """
    await following.at_least(["venues"], await opened(world.log, world.pool))
    rows, look, looks = following.rows("venues"), following._look, 0
    passing = await idle(venues.PROJECTOR, world.pool)
    listening_again = asyncio.Event()

    async def slow() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            await look()
            await opened(world.log, world.pool)
            while await passing.step() is not Step.NOTHING_NEW:
                pass
        else:
            listening_again.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(following, "_look", slow)
    await administrator.execute(KILL_QUERY_SIDE)
    async with asyncio.timeout(60):
        await listening_again.wait()
    assert following.rows("venues") == rows
    position = await nothing_for_venues(world.log)
    assert await passing.step() is Step.CAUGHT_UP
    await following.at_least(["venues"], position)
    assert following.rows("venues") != rows


async def test_a_rebuild_changes_them_although_it_ends_where_they_were(
    world: World, following: Freshness
) -> None:
    position = await opened(world.log, world.pool)
    await following.at_least(["venues"], position)
    before = following.rows("venues")
    await rebuild("venues", world.pool, keyring_over(world.pool))
    async with followed(world.query_pool) as other:
        await other.at_least(["venues"], position)
        assert other.rows("venues") != before
        assert other.position(["venues"]) == position


async def test_a_retry_changes_them_although_it_ends_where_they_were(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listing that could not be made, and now can."""
    show = scheduled()
    fold = listings.PROJECTOR.folds[type(show)]
    with monkeypatch.context() as broken:
        broken.setitem(listings.PROJECTOR.folds, type(show), None)
        await world.happened(f"show-{show.show_id}", *on_sale(show))
    assert listings.PROJECTOR.folds[type(show)] is fold
    nothing = await world.get("/events")
    assert nothing.json()["items"] == []
    assert await retry("listings", f"show-{show.show_id}", world.pool, keyring_over(world.pool))

    async def told() -> bool:
        return (await world.get("/events")).headers["ETag"] != nothing.headers["ETag"]

    # Its notice is on its way: it moves nothing that could be waited for.
    await until(told, "another tag")
    assert len((await world.get("/events")).json()["items"]) == 1


async def test_a_worker_that_does_not_tell_what_it_changes_is_believed_to_change_everything(
    world: World, following: Freshness
) -> None:
    """One of the version before: it moves the checkpoint and nothing else."""
    await following.at_least(["venues"], await opened(world.log, world.pool))
    seen = [following.rows("venues")]
    for _ in range(2):
        position = await nothing_for_venues(world.log)
        await world.pool.execute(MOVE_UNTOLD, position)
        await world.pool.execute("SELECT pg_notify('seatledger_read', 'moved')")
        await following.at_least(["venues"], position)
        seen.append(following.rows("venues"))
    # One of ours comes after it, and cannot know either.
    passing = await idle(venues.PROJECTOR, world.pool)
    position = await nothing_for_venues(world.log)
    assert await passing.step() is Step.CAUGHT_UP
    await following.at_least(["venues"], position)
    seen.append(following.rows("venues"))
    assert len(set(seen)) == len(seen)


async def test_a_stream_that_is_set_aside_changes_nothing(world: World, following: Freshness) -> None:
    await following.at_least(["venues"], await opened(world.log, world.pool))
    rows = following.rows("venues")
    show = scheduled()
    position = await world.log.append_new(f"show-{show.show_id}", [unknown_name(show.show_id)])
    await project(world.pool, [venues.PROJECTOR])
    await following.at_least(["venues"], position)
    assert following.rows("venues") == rows
