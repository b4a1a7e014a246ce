"""The log or the read tables went back under a query process: it notices by itself, and its streams begin anew."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from domain.show.facts import ShowScheduled
from projections import seat_map, venues
from projections.rebuilding.rebuild import rebuild
from query_api.freshness import Freshness
from tests.projections.conftest import GoBack, go_back
from tests.projections.people import keyring_over
from tests.projections.projecting import project
from tests.projections.season import booked, on_sale, scheduled, seat, venue
from tests.projections.writing import MINUTE, NOON
from tests.query_api.conftest import World
from tests.query_api.streams import Client, Serving, serving_streams

__all__ = ["go_back"]

STANDS_AT = "SELECT encode(hash, 'hex') FROM eventstore.events WHERE position = $1"


@pytest.fixture
def following(world: World) -> Freshness:
    """It looks when a test says so."""
    return Freshness(world.query_pool, wait_seconds=20)


async def houses(world: World, count: int) -> None:
    for _ in range(count):
        house = venue()
        await world.log.append(f"venue-{house.venue_id}", house, at=NOON + MINUTE)


async def made_anew(world: World, *names: str) -> None:
    for name in names:
        await rebuild(name, world.pool, keyring_over(world.pool))


@pytest.mark.parametrize("since", [0, 3])
async def test_it_is_noticed_once_also_when_the_log_has_grown_past_it_again(
    since: int, world: World, following: Freshness, go_back: GoBack
) -> None:
    await houses(world, 5)
    await project(world.pool, [venues.PROJECTOR])
    await following._look()
    await go_back(4)
    await houses(world, since)
    for _ in range(3):
        await following._look()
    assert following.times_back == 1
    await made_anew(world, "venues")
    for _ in range(3):
        await following._look()
    assert following.times_back == 2, "the tables are others now"


async def test_it_is_noticed_also_when_all_is_made_anew_before_anybody_looks(
    world: World, following: Freshness, go_back: GoBack
) -> None:
    await houses(world, 5)
    await project(world.pool, [venues.PROJECTOR])
    await following._look()
    await go_back(4)
    await houses(world, 3)
    await made_anew(world, "venues")
    fact = await world.log.pool.fetchval(STANDS_AT, 7)
    assert following._hear(orjson.dumps({"venues": [7, "1", fact]}).decode())
    await following._look()
    assert following.times_back == 1


async def test_so_it_is_when_they_had_got_there_since_the_last_look_only(
    world: World, following: Freshness, go_back: GoBack
) -> None:
    await houses(world, 3)
    await project(world.pool, [venues.PROJECTOR])
    await following._look()
    await houses(world, 2)
    heard = await world.log.pool.fetchval(STANDS_AT, 5)
    assert following._hear(orjson.dumps({"venues": [5, "1", heard]}).decode())
    await go_back(4)
    await houses(world, 3)
    await made_anew(world, "venues")
    fact = await world.log.pool.fetchval(STANDS_AT, 7)
    assert following._hear(orjson.dumps({"venues": [7, "2", fact]}).decode())
    await following._look()
    assert following.times_back == 1


async def test_what_was_heard_since_the_last_look_counts_as_well(
    world: World, following: Freshness, go_back: GoBack
) -> None:
    """As after falling over to a stand-by that was a moment behind."""
    await houses(world, 3)
    await project(world.pool, [venues.PROJECTOR])
    await following._look()
    await houses(world, 1)
    fact = await world.log.pool.fetchval(STANDS_AT, 4)
    assert following._hear(orjson.dumps({"venues": [4, "1", fact]}).decode())
    await go_back(3)
    await houses(world, 2)
    await project(world.pool, [venues.PROJECTOR])
    await following._look()
    assert following.times_back == 1


async def test_rows_that_a_crash_took_back_are_noticed_although_the_log_has_all(
    world: World, following: Freshness
) -> None:
    await houses(world, 3)
    await project(world.pool, [venues.PROJECTOR])
    await following._look()
    following._doubt()
    await world.pool.execute("UPDATE eventstore.checkpoints SET position = 2 WHERE subscription = 'venues'")
    await following._look()
    assert following.times_back == 1
    await project(world.pool, [venues.PROJECTOR])
    await following._look()
    assert following.times_back == 1


async def test_while_nothing_goes_back_nothing_is_noticed(world: World, following: Freshness) -> None:
    for _ in range(3):
        await houses(world, 2)
        await project(world.pool)
        await following._look()
        following._doubt()
        await made_anew(world, "venues")
        await following._look()
    assert following.times_back == 0


async def test_a_notice_of_a_worker_of_before_is_understood(following: Freshness) -> None:
    assert following._hear('{"venues":[3,"77"]}')
    assert following._hear('{"venues":[4,"78","00"]}')
    assert following.position(["venues"]) == 4


async def test_whoever_waits_for_ever_goes_on(world: World, following: Freshness, go_back: GoBack) -> None:
    await houses(world, 5)
    await project(world.pool, [venues.PROJECTOR])
    await following._look()
    waiting = asyncio.create_task(following.beyond("venues", 5, following.times_back))
    await asyncio.sleep(0)
    await go_back(4)
    await following._look()
    async with asyncio.timeout(60):
        assert await waiting == 5


@pytest.fixture
async def show(world: World) -> ShowScheduled:
    made = scheduled()
    await world.happened(f"show-{made.show_id}", *on_sale(made))
    return made


@pytest.fixture
async def serving(world: World) -> AsyncIterator[Serving]:
    async with serving_streams(world) as made:
        yield made


def row_a(data: dict[str, object]) -> str:
    sections = data["sections"]
    assert isinstance(sections, list)
    seats: str = sections[0]["rows"][0][1]
    return seats


async def sold(world: World, show: ShowScheduled, serving: Serving) -> tuple[int, Client]:
    """A client who was told that A/1 is sold."""
    position = await world.happened(f"show-{show.show_id}", booked(show, seat("A/1")))
    client = await serving.open(f"/events/{show.show_id}/stream", min_position=position)
    first = await client.message()
    assert (first.id, row_a(first.data)) == (position, "sfff")
    return position, client


@pytest.mark.parametrize("since", [0, 4])
async def test_a_stream_gets_the_map_that_is_true_now(
    since: int, world: World, show: ShowScheduled, serving: Serving, go_back: GoBack
) -> None:
    """Nothing happens to its event any more: without this it would show a sold seat for ever."""
    position, client = await sold(world, show, serving)
    await go_back(position - 1)
    await houses(world, since)
    await made_anew(world, seat_map.PROJECTOR.name)
    while row_a((message := await client.message()).data) == "sfff":
        assert message.data["reset"]
    assert (message.data["reset"], row_a(message.data)) == (True, "ffff")
    assert message.id < position
