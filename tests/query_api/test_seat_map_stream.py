"""The live seat map over real sockets: complete, resumable, shared, bounded, and over when it is time."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from random import Random
from time import monotonic
from typing import Any, Self

import asyncpg
import msgspec
import pytest

from domain.seating_plan import Row, SeatingPlan, Section
from domain.show.facts import BookingCancelled, ShowDeleted, ShowPlanChanged, ShowScheduled
from query_api.seat_map.seat_map_hub import SeatMapHub
from runtime.http.event_stream import OPEN
from runtime.ids import new_id
from runtime.metrics import REGISTRY
from tests.projections.projecting import working
from tests.projections.season import PLAN, booked, eur, held, on_sale, scheduled, seat, standing
from tests.projections.writing import NOON
from tests.query_api.conftest import World, bearer
from tests.query_api.streams import READ_AHEAD, Client, Message, Serving, applied, opened, serving_streams


@pytest.fixture
async def show(world: World) -> ShowScheduled:
    made = scheduled()
    await world.happened(f"show-{made.show_id}", *on_sale(made))
    return made


@pytest.fixture
async def serving(world: World) -> AsyncIterator[Serving]:
    async with serving_streams(world) as made, working(world.pool):
        yield made


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Counter[int | None]:
    """How often the hub has read what came after which position."""
    counted: Counter[int | None] = Counter()
    shape = SeatMapHub._shape

    async def counting(self: SeatMapHub, show_id: Any, since: int | None) -> dict[str, Any] | None:
        counted[since] += 1
        return await shape(self, show_id, since)

    monkeypatch.setattr(SeatMapHub, "_shape", counting)
    return counted


def path(show: ShowScheduled) -> str:
    return f"/events/{show.show_id}/stream"


async def append(world: World, show: ShowScheduled, *facts: Any) -> int:
    return await world.log.append(f"show-{show.show_id}", *facts)


async def test_first_comes_the_state_and_then_what_changes(
    world: World, show: ShowScheduled, serving: Serving
) -> None:
    client = await serving.open(path(show))
    assert (client.status, client.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert client.headers["cache-control"] == "no-store"
    first = await client.message()
    whole = (await world.get(f"/events/{show.show_id}/seat-map")).json()
    assert (first.name, first.id, first.data) == ("seat-map", whole["position"], whole)
    position = await append(world, show, held(show, seat("A/1"), standing()))
    assert await client.message() == Message(
        position,
        "seat-map",
        {
            "event_id": show.show_id,
            "position": position,
            "since": first.id,
            "availability": {"available": 15, "held": 2, "sold": 0, "blocked": 0},
            "changes": [["Stalls", "A", "hfff"]],
            "areas": [
                {"name": "Gallery", "capacity": 10, "available": 9, "held": 1, "sold": 0, "blocked": 0}
            ],
        },
    )
    client.close()


async def test_while_nothing_happens_it_says_that_it_lives(world: World, show: ShowScheduled) -> None:
    async with serving_streams(world, stream_heartbeat_seconds=0.05) as serving:
        client = await serving.open(path(show))
        hint, first, *beats = [await client.anything() for _ in range(5)]
        assert (hint, first.name) == (Message(), "seat-map")
        assert beats == [Message()] * 3
        client.close()


async def test_a_client_that_comes_back_gets_what_it_missed_and_nothing_else(
    world: World, show: ShowScheduled, serving: Serving
) -> None:
    client = await serving.open(path(show))
    first = await client.message()
    client.close()
    await append(world, show, booked(show, seat("A/1")))
    position = await append(world, show, booked(show, seat("B/1")))
    for headers, query in (
        ({"Last-Event-ID": str(first.id)}, {}),
        ({"Last-Event-ID": str(first.id)}, {"since": 1}),
        ({}, {"since": first.id}),
    ):
        back = await serving.open(path(show), headers, min_position=position, **query)
        missed = await back.message()
        assert (missed.id, missed.data["since"]) == (position, first.id)
        assert missed.data["changes"] == [["Stalls", "A", "sfff"], ["Stalls", "B", "sff"]]
        back.close()
    nothing = await (await serving.open(path(show), since=position)).message()
    assert (nothing.id, nothing.data["changes"], nothing.data["areas"]) == (position, [], [])


async def test_cut_at_any_moment_a_client_ends_up_with_the_map(
    world: World, show: ShowScheduled, serving: Serving
) -> None:
    """Without a gap, and nothing twice: ids only grow, and each message begins where the last one has ended."""
    rows: dict[str, str] = {}
    chance, seen = Random(7), 0
    labels = ["A/1", "A/2", "A/3", "A/4", "B/1", "B/2", "B/3A"]

    async def sell() -> int:
        last = 0
        for label in labels * 8:
            sold = booked(show, seat(label))
            ids = tuple(ticket.id for ticket in sold.tickets)
            await append(world, show, sold)
            last = await append(
                world, show, BookingCancelled(show.show_id, sold.booking_id, ids, eur(0), NOON)
            )
            if chance.random() < 0.1:
                last = await append(world, show, ShowPlanChanged(show.show_id, PLAN, NOON))
        return last

    selling = asyncio.create_task(sell())
    while not selling.done() or seen < selling.result():
        client = await serving.open(path(show), {"Last-Event-ID": str(seen)} if seen else None)
        for turn in range(chance.randint(1, 3)):
            if turn and selling.done() and seen >= selling.result():
                break
            message = await client.message()
            assert message.id > seen or not turn
            assert message.data.get("since", seen) == seen or "sections" in message.data
            rows, seen = applied(rows, [message]), message.id
        client.close()
    fresh = (await world.get(f"/events/{show.show_id}/seat-map")).json()
    assert rows == applied({}, [Message(data=fresh)])
    assert seen == fresh["position"]


async def test_a_thousand_idle_streams_ask_for_nothing_and_share_what_is_read(
    world: World,
    show: ShowScheduled,
    serving: Serving,
    readings: Counter[int | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clients = await opened(serving, path(show), 1_000)
    (first,) = {(await client.message()).id for client in clients}
    readings.clear()
    asked: list[str] = []
    fetch = asyncpg.Pool.fetch

    async def noted(self: asyncpg.Pool, query: str, *arguments: Any) -> Any:
        asked.append(query)
        return await fetch(self, query, *arguments)

    monkeypatch.setattr(asyncpg.Pool, "fetch", noted)
    await serving.hub._freshness._look()
    await asyncio.sleep(0)
    assert not [query for query in asked if "seat_map" in query]
    position = await append(world, show, booked(show, seat("A/1")))
    messages = await asyncio.gather(*(client.message() for client in clients))
    assert {message.id for message in messages} == {position}
    assert readings == {first: 1}
    assert len(serving.streams) == 1_000
    for client in clients:
        client.close()
    await serving.until_open(0)


async def test_who_comes_just_then_takes_the_news_from_nobody(
    world: World, show: ShowScheduled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newcomer may read what has changed before the hub has seen that anything has."""
    look, gate = SeatMapHub._look, asyncio.Event()

    async def late(self: SeatMapHub) -> int:
        await gate.wait()
        return await look(self)

    # Between two heartbeats, at which a stream looks anyway.
    async with serving_streams(world, stream_heartbeat_seconds=600) as serving, working(world.pool):
        early = await serving.open(path(show))
        await early.message()
        monkeypatch.setattr(SeatMapHub, "_look", late)
        position = await append(world, show, booked(show, seat("A/1")))
        newcomer = await serving.open(path(show), min_position=position)
        assert (await newcomer.message()).id == position
        gate.set()
        assert (await early.message()).id == position


async def test_what_happens_to_other_shows_wakes_nobody(
    world: World, show: ShowScheduled, serving: Serving, readings: Counter[int | None]
) -> None:
    other = scheduled("Another")
    await append(world, other, *on_sale(other))
    clients, (watcher,) = await opened(serving, path(show), 3), await opened(serving, path(other), 1)
    for client in (*clients, watcher):
        await client.message()
    readings.clear()
    for label in ("A/1", "A/2", "A/3"):
        position = await append(world, other, booked(other, seat(label)))
        assert (await watcher.message()).id == position
    assert readings.total() == 3


async def test_a_client_that_left_is_noticed_and_leaves_nothing(
    world: World, show: ShowScheduled, serving: Serving
) -> None:
    tasks = len(asyncio.all_tasks())
    clients = await opened(serving, path(show), 20)
    for client in clients:
        await client.message()
    await serving.until_open(20)
    assert OPEN._value.get() == 20
    for client in clients:
        client.close()
    await serving.until_open(0)
    assert OPEN._value.get() == 0
    assert not serving.hub._watched
    async with asyncio.timeout(60):
        while len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110 - the server's tasks end one by one
            await asyncio.sleep(0.01)


@pytest.fixture
async def house(world: World) -> ShowScheduled:
    """60,000 seats, so that a few messages are more than a connection holds."""
    rows = tuple(Row(f"{number}", 30) for number in range(1, 1_001))
    plan = SeatingPlan(tuple(Section(name, rows) for name in ("Stalls", "Circle")))
    made = msgspec.structs.replace(scheduled("Arena"), plan=plan)
    await world.happened(f"show-{made.show_id}", *on_sale(made))
    return made


class Sleeper:
    """A client that asks and then does not read."""

    def __init__(self, port: int, path: str) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(f"GET /api/v1{path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        self.socket.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    async def wake(self) -> Client:
        """From here on it reads."""
        reader, writer = await asyncio.open_connection(sock=self.socket, limit=READ_AHEAD)
        client = Client(reader, writer)
        await reader.readuntil(b"\r\n\r\n")
        return client


def everywhere(show: ShowScheduled, label: int) -> Any:
    """A booking of one seat in every third row: a large change."""
    return booked(show, *(seat(f"{number}/{label}") for number in range(1, 1_001, 3)))


async def test_who_does_not_read_holds_up_nobody_and_gets_all_it_missed_at_once(
    world: World, house: ShowScheduled, serving: Serving, readings: Counter[int | None]
) -> None:
    with Sleeper(serving.port, path(house)) as first, Sleeper(serving.port, path(house)):
        await serving.until_open(2)
        position = 0
        reader = await serving.open(path(house))
        rows = applied({}, [await reader.message()])
        for label in range(1, 26):
            position = await append(world, house, everywhere(house, label))
            message = await reader.message()
            assert message.id == position
            rows = applied(rows, [message])
        client = await first.wake()
        got = [await client.message()]
        while got[-1].id < position:
            got.append(await client.message())
        assert len(got) < 25
        assert applied({}, got) == rows
        client.close()
        reader.close()


async def test_it_ends_at_once_when_the_server_stops(
    world: World, show: ShowScheduled, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving_streams(world) as serving:
        clients = await opened(serving, path(show), 300)
        for client in clients:
            await client.message()
        began = monotonic()
        serving.stop.set()
        assert await asyncio.gather(*(client.rest() for client in clients)) == [[]] * 300
        await serving.task
        assert monotonic() - began < 10
        assert not caplog.records


async def test_it_stops_in_time_with_clients_that_do_not_read(
    world: World, house: ShowScheduled, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving_streams(world) as serving, AsyncExitStack() as stack:
        for _ in range(3):
            stack.enter_context(Sleeper(serving.port, path(house)))
        async with working(world.pool):
            reader = await serving.open(path(house))
            await reader.message()
            for label in range(1, 26):
                await append(world, house, everywhere(house, label))
                await reader.message()
        serving.stop.set()
        async with asyncio.timeout(60):
            assert await reader.rest() == []
            await serving.task
        assert not caplog.records


async def test_it_ends_when_the_event_is_deleted(world: World, show: ShowScheduled, serving: Serving) -> None:
    client = await serving.open(path(show))
    await client.message()
    await append(world, show, ShowDeleted(show.show_id, NOON))
    assert await client.rest() == []
    assert (await serving.open(path(show))).status == 404


async def test_beyond_the_bound_one_is_told_to_come_back(world: World, show: ShowScheduled) -> None:
    async with serving_streams(world, streams_max=2) as serving:
        clients = await opened(serving, path(show), 2)
        for client in clients:
            await client.message()
        refused = await serving.open(path(show))
        assert (refused.status, refused.headers["retry-after"]) == (503, "5")
        clients[0].close()
        await serving.until_open(1)
        assert (await serving.open(path(show))).status == 200


async def test_drafts_are_for_staff_and_positions_are_numbers(world: World, serving: Serving) -> None:
    draft = scheduled()
    await world.happened(f"show-{draft.show_id}", draft)
    assert (await serving.open(path(draft))).status == 404
    assert (await serving.open(path(draft), bearer("clerk"))).status == 200
    assert (await serving.open(f"/events/{new_id()}/stream")).status == 404
    assert (await serving.open(path(draft), {"Last-Event-ID": "last"})).status == 422
    assert (await serving.open(path(draft), since=-1)).status == 422


async def test_it_is_counted_as_a_request_but_says_nothing_about_how_fast_we_answer(
    show: ShowScheduled, serving: Serving
) -> None:
    labels = {"method": "GET", "route": "/api/v1/events/{event_id}/stream"}

    def count(name: str, **more: str) -> float:
        return REGISTRY.get_sample_value(name, {**labels, **more}) or 0.0

    before = count("http_requests_total", status="200"), count("http_request_duration_seconds_count")
    client = await serving.open(path(show))
    await client.message()
    client.close()
    await serving.until_open(0)
    async with asyncio.timeout(60):
        while count("http_requests_total", status="200") == before[0]:  # noqa: ASYNC110 - noted a moment later
            await asyncio.sleep(0.01)
    assert count("http_request_duration_seconds_count") == before[1]


async def test_it_outlives_a_database_that_goes_away(
    world: World, show: ShowScheduled, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await serving.open(path(show))
    await client.message()
    failing = [ConnectionError("the database is away")] * 3
    shape = SeatMapHub._shape

    async def sometimes(self: SeatMapHub, show_id: Any, since: int | None) -> dict[str, Any] | None:
        if failing:
            raise failing.pop()
        return await shape(self, show_id, since)

    monkeypatch.setattr(SeatMapHub, "_shape", sometimes)
    position = await append(world, show, booked(show, seat("A/1")))
    assert (await client.message()).id == position
    client.close()
