"""A read never stands before the position it asks for, and never calls new things missing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from time import monotonic

import asyncpg
import pytest

from query_api.freshness import Freshness
from runtime.ids import new_id
from tests.projections.projecting import ALL, working
from tests.projections.season import held, on_sale, scheduled, standing, venue
from tests.query_api.conftest import World, bearer

MIN_POSITION = "Seatledger-Min-Position"


async def test_a_read_waits_for_the_position_it_asks_for(world: World) -> None:
    show = scheduled()
    stream = f"show-{show.show_id}"
    await world.happened(stream, *on_sale(show))
    path = f"/api/v1/events/{show.show_id}/availability"
    async with working(world.pool):
        for number in range(1, 6):
            position = await world.log.append(stream, held(show, standing()))
            answer = await world.client.get(path, headers={MIN_POSITION: str(position)})
            assert answer.status_code == 200, answer.text
            assert answer.json()["held"] == number
            assert answer.json()["as_of_position"] >= position
            assert int(answer.headers["Seatledger-Position"]) >= position


async def test_the_parameter_says_the_same_as_the_header(world: World) -> None:
    show = scheduled()
    async with working(world.pool):
        position = await world.log.append(f"show-{show.show_id}", *on_sale(show))
        assert await world.names("/events", min_position=position) == ["La Bohème"]


async def test_many_wait_at_once(world: World) -> None:
    house = venue()
    reads = [asyncio.create_task(world.get("/venues", min_position=1)) for _ in range(50)]
    await world.log.append(f"venue-{house.venue_id}", house)
    async with working(world.pool):
        for answer in await asyncio.gather(*reads):
            assert len(answer.json()["items"]) == 1


async def test_what_was_just_made_is_never_missing(world: World) -> None:
    async with working(world.pool):
        for _ in range(5):
            house = venue()
            await world.log.append(f"venue-{house.venue_id}", house)
            answer = await world.get(f"/venues/{house.venue_id}")
            assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("wait_seconds", [0.05])
async def test_a_position_not_reached_in_time_is_said_so(world: World) -> None:
    show = scheduled()
    position = await world.log.append(f"show-{show.show_id}", *on_sale(show))
    for path in ("/events", f"/events/{show.show_id}", f"/events/{show.show_id}/availability"):
        began = monotonic()
        answer = await world.get(path, min_position=position)
        assert (answer.status_code, answer.json()["code"]) == (503, "read-model-behind")
        assert answer.headers["Retry-After"] == "1"
        assert monotonic() - began < 5


@pytest.mark.parametrize("wait_seconds", [0.05])
async def test_a_position_that_the_log_has_not_is_never_worth_another_try(world: World) -> None:
    """The log was restored to an earlier state: a client that comes back with such a position would do so for ever."""
    show = scheduled()
    position = await world.log.append(f"show-{show.show_id}", *on_sale(show))
    for path in ("/events", f"/events/{show.show_id}", f"/events/{show.show_id}/availability"):
        answer = await world.get(path, min_position=position + 1)
        assert (answer.status_code, answer.json()["code"]) == (409, "position-not-in-log")
        assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("wait_seconds", [0.05])
async def test_while_projections_stand_still_nothing_is_called_missing(world: World) -> None:
    house = venue()
    await world.log.append(f"venue-{house.venue_id}", house)
    for unknown in (house.venue_id, new_id()):
        assert (await world.get(f"/venues/{unknown}")).json()["code"] == "read-model-behind"


async def test_what_is_no_position_is_refused(world: World) -> None:
    for position in ("-1", "soon", "1.5", "", str(2**63), "9" * 5000):
        for path in ("/api/v1/events", f"/api/v1/venues/{new_id()}"):
            answers = [
                await world.client.get(path, headers={MIN_POSITION: position}),
                await world.client.get(path, params={"min_position": position}),
            ]
            for answer in answers:
                assert (position, answer.status_code) == (position, 422)
                assert answer.json()["code"] == "validation-failed"


async def test_before_any_worker_has_run_reads_say_that_they_are_behind(world: World) -> None:
    await world.pool.execute("DROP TABLE projections.bookings")
    answer = await world.client.get("/api/v1/bookings", headers=bearer("ana"))
    assert (answer.status_code, answer.json()["code"]) == (503, "read-model-behind")


@pytest.fixture
async def following(world: World) -> AsyncIterator[Freshness]:
    """A watcher that polls too seldom to be of help in a test."""
    freshness = Freshness(world.query_pool, wait_seconds=20, poll_seconds=3600)
    watching = asyncio.create_task(freshness.watch())
    yield freshness
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def test_the_notice_says_what_moved_and_nobody_looks(
    world: World, following: Freshness, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = venue()
    async with working(world.pool) as worker:
        await worker.reached(await world.log.append(f"venue-{house.venue_id}", house))
        await following.at_least(["venues"], 1)

        async def looked() -> None:
            raise AssertionError

        monkeypatch.setattr(following, "_look", looked)
        other = venue()
        position = await world.log.append(f"venue-{other.venue_id}", other)
        # Also those to whom the fact means nothing tell that they have passed over it.
        assert await following.at_least([each.name for each in ALL], position) == position


async def test_a_lost_connection_is_made_again_and_nothing_that_was_missed_is_waited_for(
    world: World, following: Freshness, administrator: asyncpg.Connection
) -> None:
    async with working(world.pool):
        for _ in range(3):
            house = venue()
            position = await world.log.append(f"venue-{house.venue_id}", house)
            await following.at_least(["venues"], position)
            await administrator.execute(KILL_QUERY_SIDE)


KILL_QUERY_SIDE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'query'"


async def test_while_the_database_is_away_nothing_counts_as_reached(
    world: World, following: Freshness, administrator: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may come back with less: the last commits of projectors are lost when the server crashes."""
    house = venue()
    async with working(world.pool) as worker:
        position = await world.log.append(f"venue-{house.venue_id}", house)
        await worker.reached(position)
        await following.at_least(["venues"], position)

    async def is_away() -> None:
        raise OSError

    monkeypatch.setattr(following, "_look", is_away)
    await administrator.execute(KILL_QUERY_SIDE)
    async with asyncio.timeout(60):
        while following.position(["venues"]):  # noqa: ASYNC110 - the loss of a connection sets no Event here
            await asyncio.sleep(0.01)


async def test_a_stream_is_told_each_time_that_its_read_model_moves(
    world: World, following: Freshness
) -> None:
    told = 0
    for number in range(1, 4):
        waiting = asyncio.create_task(following.beyond("venues", told, 0))
        house = venue()
        assert await world.happened(f"venue-{house.venue_id}", house) == number
        told = await waiting
        assert told == number


async def test_ten_thousand_wait_and_each_goes_on_at_its_position(world: World, following: Freshness) -> None:
    reads = [asyncio.create_task(following.at_least(["venues"], 1 + n % 5)) for n in range(10_000)]
    async with working(world.pool):
        for _ in range(5):
            house = venue()
            await world.log.append(f"venue-{house.venue_id}", house)
        reached = await asyncio.gather(*reads)
    assert all(position >= 1 + n % 5 for n, position in enumerate(reached))


async def test_a_notice_in_other_words_makes_it_look(world: World, following: Freshness) -> None:
    await world.pool.execute("UPDATE eventstore.checkpoints SET position = 12 WHERE subscription = 'venues'")
    await world.pool.execute("SELECT pg_notify('seatledger_read', 'moved')")
    assert await following.at_least(["venues"], 12) == 12
