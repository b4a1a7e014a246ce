"""The demo: a crowd drawn by a seed, served once, through real commands."""

import asyncio
from collections import Counter
from random import Random

import pytest

from cli.demo.box_office import BoxOffice, Outcome
from cli.demo.burst import burst, crowd
from cli.demo.customers import made_up_customers
from cli.demo.programme import Attraction, programme_of
from cli.demo.run import run_demo
from cli.demo.trickle import trickle
from cli.demo.visits import Intent, Visit
from cli.importing.carrying_out import CALLER, import_season
from cli.importing.write_path import WritePath, write_path
from command_api.bodies.booking import CustomerBody
from domain.show.commands import Wanted
from eventstore.memory import MemoryStore
from eventstore.store import LogReader, StoreUnavailable, whole_log
from tests.cli.seasons import read, small_season
from tests.cli.stores import DyingStore
from tests.command_api.served import MASTER

CUSTOMERS = made_up_customers(Random(1), 30)
FOREVER = asyncio.Event()


async def programme(store: MemoryStore) -> list[Attraction]:
    return programme_of(await import_season(read(small_season()), WritePath(CALLER, store)), "seed")


async def facts_of(store: LogReader) -> Counter[str]:
    return Counter([fact.name async for page in whole_log(store) for fact in page])


def test_customers_have_addresses_of_their_own_that_the_api_would_take() -> None:
    people = made_up_customers(Random(7), 400)
    assert len({person.email for person in people}) == 400
    assert all(CustomerBody(name=person.name, email=person.email).email == person.email for person in people)
    assert people == made_up_customers(Random(7), 400)


async def test_drafts_are_not_on_the_programme() -> None:
    assert len(await programme(MemoryStore())) == 3


async def test_the_same_seed_makes_the_same_crowd() -> None:
    events = await programme(MemoryStore())
    assert crowd(events, CUSTOMERS, "seed") == crowd(events, CUSTOMERS, "seed")
    assert crowd(events, CUSTOMERS, "seed") != crowd(events, CUSTOMERS, "another")


async def test_a_burst_gives_bookings_of_every_kind() -> None:
    store = MemoryStore()
    ended = await burst(WritePath("demo", store), [*await programme(store)] * 8, CUSTOMERS, "seed", FOREVER)
    assert ended[Outcome.SOLD] > 0
    facts = await facts_of(store)
    assert facts["SeatsHeld"] + facts["SeatsBooked"] == ended.total() - ended[Outcome.REFUSED]
    assert facts["BookingConfirmed"] > 0
    assert facts["BookingCancelled"] > 0
    assert any('"seat":' in fact.data for fact in store.log if fact.name == "SeatsBooked")


async def test_a_burst_comes_once() -> None:
    store = MemoryStore()
    events = await programme(store)
    assert await burst(WritePath("demo", store), events, CUSTOMERS, "seed", FOREVER)
    before = len(store.log)
    assert not await burst(WritePath("demo", store), events, CUSTOMERS, "seed", FOREVER)
    assert len(store.log) == before


@pytest.mark.parametrize("is_written", [False, True])
async def test_a_burst_that_was_killed_is_made_whole(
    is_written: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With the usual tail of a hundred visits, so small a burst would be all tail.
    monkeypatch.setattr("cli.demo.burst.TAIL", 2)
    monkeypatch.setattr("cli.demo.burst.AT_ONCE", 1)
    whole, store = MemoryStore(), DyingStore()
    await burst(WritePath("demo", whole), await programme(whole), CUSTOMERS, "seed", FOREVER)
    events = await programme(store)
    store.dies_at, store.is_written = 7, is_written
    store.victim = asyncio.create_task(burst(WritePath("demo", store), events, CUSTOMERS, "seed", FOREVER))
    await asyncio.wait([store.victim])
    store.victim = None
    assert await burst(WritePath("demo", store), events, CUSTOMERS, "seed", FOREVER)
    assert await facts_of(store) == await facts_of(whole)


@pytest.mark.parametrize(
    ("intent", "outcome", "facts"),
    [
        (Intent.PAY, Outcome.SOLD, ["SeatsHeld", "BookingConfirmed"]),
        (Intent.LEAVE, Outcome.HELD, ["SeatsHeld"]),
        (Intent.CANCEL, Outcome.CANCELLED, ["SeatsHeld", "BookingConfirmed", "BookingCancelled"]),
        (Intent.RETURN_ONE, Outcome.SOLD, ["SeatsHeld", "BookingConfirmed", "BookingCancelled"]),
    ],
)
async def test_customers_do_what_they_mean_to(intent: Intent, outcome: Outcome, facts: list[str]) -> None:
    store = MemoryStore()
    tosca = next(event for event in await programme(store) if event.offers[0].max_per_booking == 4)
    before = len(store.log)
    visit = Visit("one", tosca.event_id, Wanted(2), CUSTOMERS[0], intent)
    assert await BoxOffice(WritePath("demo", store)).serve(visit) is outcome
    assert [fact.name for fact in store.log[before:]] == facts


async def test_a_refusal_is_an_answer() -> None:
    store = MemoryStore()
    tosca = next(event for event in await programme(store) if event.offers[0].max_per_booking == 4)
    visit = Visit("one", tosca.event_id, Wanted(5), CUSTOMERS[0], Intent.PAY)
    assert await BoxOffice(WritePath("demo", store)).serve(visit) is Outcome.REFUSED


async def test_the_trickle_goes_on_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.demo.trickle.PER_SECOND", 1e6)
    store, stop, commits = MemoryStore(), asyncio.Event(), 0

    def stop_after_twenty() -> None:
        nonlocal commits
        commits += 1
        if commits == 20:
            stop.set()

    events = await programme(store)
    path = WritePath("demo", store, stop_after_twenty)
    await trickle(path, events, CUSTOMERS, "seed", stop)
    assert commits >= 20


async def test_a_second_start_doubles_nothing(database: str) -> None:
    season = read(small_season())

    async def start() -> list[str]:
        said: list[str] = []
        stop = asyncio.Event()

        def say(line: str) -> None:
            said.append(line)
            if line.endswith("come every second"):
                stop.set()

        await run_demo(database, MASTER, stop, say, season)
        return said

    async def facts() -> Counter[str]:
        async with write_path(database, "test") as path:
            return await facts_of(path.store)

    first = await start()
    before = await facts()
    assert first[0] == "demo: imported 2 venues, 2 ticket types, 4 events; 0 were there already"
    assert before["SeatsHeld"] + before["SeatsBooked"] > 0
    second = await start()
    assert second == [
        "demo: imported 0 venues, 0 ticket types, 0 events; 8 were there already",
        "demo: a few customers come every second",
    ]
    assert await facts() == before


async def test_a_demo_that_fails_says_so_and_lets_the_server_live(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nowhere"
    await run_demo(nowhere, MASTER, asyncio.Event(), print, read(small_season()))
    assert "the demo has ended; the server goes on" in caplog.text


async def test_nobody_comes_once_the_server_stops() -> None:
    store, stop = MemoryStore(), asyncio.Event()
    events = await programme(store)
    before = len(store.log)
    stop.set()
    path = WritePath("demo", store)
    assert not await burst(path, events, CUSTOMERS, "seed", stop)
    await trickle(path, events, CUSTOMERS, "seed", stop)
    assert len(store.log) == before


async def test_customers_wait_while_the_log_is_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("cli.demo.trickle.PER_SECOND", 1e6)
    monkeypatch.setattr("cli.demo.trickle.PAUSE_AFTER_FAILURE_SECONDS", 0)
    store, stop, visits = MemoryStore(), asyncio.Event(), 0

    async def fail_first(_office: BoxOffice, _visit: Visit) -> Outcome:
        nonlocal visits
        visits += 1
        if visits == 1:
            raise StoreUnavailable("gone")
        stop.set()
        return Outcome.SOLD

    monkeypatch.setattr(BoxOffice, "serve", fail_first)
    await trickle(WritePath("demo", store), await programme(store), CUSTOMERS, "seed", stop)
    assert visits == 2
    assert "the demo's customers wait: gone" in caplog.text
