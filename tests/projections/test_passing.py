"""Facts that do not concern a read model cost it nearly nothing, and never more than it may be moved past."""

import asyncio

import asyncpg
import pytest

from domain.show.facts import ShowPublished
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.subscriptions import PostgresSubscriptions
from projections import listings, ticket_types, venues
from projections.following.follower import Follower, Step
from projections.following.passing import Pass, Passing
from projections.following.sharing import Sharing
from projections.projector import Projector
from tests.projections.people import keyring_over
from tests.projections.projecting import ALL, follower, project
from tests.projections.season import on_sale, scheduled, venue
from tests.projections.test_parking import unknown_name
from tests.projections.writing import NOON, LogWriter

VERSION = "UPDATE projections.projectors SET version = $2 WHERE name = $1"


async def positions(pool: asyncpg.Pool) -> dict[str, int]:
    found = await PostgresSubscriptions(pool).positions()
    return {name: position for name, (position, _) in found.items()}


async def caught_up(projector: Projector, pool: asyncpg.Pool) -> Follower:
    """A follower that knows where its checkpoint stands."""
    made = follower(projector, pool)
    while await made.step() is not Step.NOTHING_NEW:
        pass
    return made


async def a_show(log: LogWriter) -> int:
    """Facts that do not concern venues."""
    show = scheduled()
    return await log.append(f"show-{show.show_id}", *on_sale(show))


async def over(pool: asyncpg.Pool, version: int, stands: int) -> Pass:
    facts = await PostgresStore(pool).read_log(stands, 10)
    return Pass("venues", version, stands, facts[-1])


async def test_all_who_have_nothing_to_do_are_moved_by_one_call(
    pool: asyncpg.Pool, log: LogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharing, calls = Sharing.over(pool, 1000, keyring_over(pool)), 0
    followers = [Follower(each, pool, sharing, lambda: NOON) for each in ALL]
    for each in followers:
        await each.step()
    house = venue()
    await log.append(f"venue-{house.venue_id}", house)
    call = sharing.passing._pass_over

    async def counted(passes: list[Pass]) -> frozenset[str]:
        nonlocal calls
        calls += 1
        return await call(passes)

    monkeypatch.setattr(sharing.passing, "_pass_over", counted)
    steps = await asyncio.gather(*(each.step() for each in followers))
    assert set(steps) == {Step.CAUGHT_UP}
    assert calls == 1
    assert await positions(pool) == dict.fromkeys((each.name for each in ALL), 1)
    assert await pool.fetchval("SELECT count(*) FROM projections.venues") == 1


async def test_not_while_somebody_holds_the_lease(pool: asyncpg.Pool, log: LogWriter) -> None:
    idle = await caught_up(venues.PROJECTOR, pool)
    position = await a_show(log)
    async with PostgresSubscriptions(pool).lease("venues"):
        assert await idle.step() is Step.TAKEN
    assert (await positions(pool))["venues"] == 0
    await idle.step()
    assert (await positions(pool))["venues"] == position


async def test_not_from_where_the_checkpoint_has_left(pool: asyncpg.Pool, log: LogWriter) -> None:
    idle = await caught_up(venues.PROJECTOR, pool)
    first = await a_show(log)
    stale = await over(pool, venues.PROJECTOR.version, 0)
    await a_show(log)
    await project(pool, [venues.PROJECTOR])
    assert not await Passing(pool).move(stale)
    assert (await positions(pool))["venues"] == 2 * first
    assert await idle.step() is Step.NOTHING_NEW


async def test_not_past_facts_that_may_concern_newer_tables(pool: asyncpg.Pool, log: LogWriter) -> None:
    """Somebody has switched between our looking at the facts and our moving on."""
    idle = await caught_up(venues.PROJECTOR, pool)
    await a_show(log)
    await pool.execute(VERSION, "venues", venues.PROJECTOR.version + 1)
    assert not await Passing(pool).move(await over(pool, venues.PROJECTOR.version, 0))
    assert await idle.step() is Step.NEWER
    assert (await positions(pool))["venues"] == 0


async def test_a_switch_that_has_the_lock_is_not_overlooked(pool: asyncpg.Pool, log: LogWriter) -> None:
    """The version changes in a transaction that commits while we are about to move."""
    await caught_up(venues.PROJECTOR, pool)
    await a_show(log)
    passing, judged = Passing(pool), await over(pool, venues.PROJECTOR.version, 0)
    async with PostgresSubscriptions(pool).lease("venues") as lease:
        assert lease is not None
        await lease.connection.execute(VERSION, "venues", venues.PROJECTOR.version + 1)
        assert not await passing.move(judged)
    assert not await passing.move(judged)
    assert (await positions(pool))["venues"] == 0


async def test_a_page_with_one_fact_that_concerns_is_applied(pool: asyncpg.Pool, log: LogWriter) -> None:
    idle = await caught_up(venues.PROJECTOR, pool)
    await a_show(log)
    house = venue()
    await log.append(f"venue-{house.venue_id}", house)
    position = await a_show(log)
    assert await idle.step() is Step.CAUGHT_UP
    assert await pool.fetchval("SELECT count(*) FROM projections.venues") == 1
    assert (await positions(pool))["venues"] == position


async def test_what_nobody_knows_concerns_everybody(pool: asyncpg.Pool, log: LogWriter) -> None:
    idle = await caught_up(ticket_types.PROJECTOR, pool)
    await log.append_new("show-1", [unknown_name("1")])
    assert await idle.step() is Step.CAUGHT_UP
    assert await pool.fetchval("SELECT count(*) FROM eventstore.parked") == 1


async def test_a_parked_stream_waits_whatever_moves(pool: asyncpg.Pool, log: LogWriter) -> None:
    """Its facts are set aside under the lease, where a retry cannot be taking it up at the same moment."""
    show = scheduled()
    stream = f"show-{show.show_id}"
    idle = await caught_up(listings.PROJECTOR, pool)
    await log.append_new(stream, [unknown_name(show.show_id)])
    await idle.step()
    position = await log.append(stream, show, ShowPublished(show.show_id, NOON))
    async with PostgresSubscriptions(pool).lease("listings"):
        assert await idle.step() is Step.TAKEN
    await idle.step()
    assert (await positions(pool))["listings"] == position
    assert await pool.fetchval("SELECT count(*) FROM projections.listings") == 0
