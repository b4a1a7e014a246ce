"""Several workers of one host, the owner of a hot event among them killed under load: nothing lost, nothing twice."""

import asyncio
import os
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from command_api.aggregates import SHOW
from command_api.handing_over.place import Place
from tests.system.events import event_with_places
from tests.system.figures import tell
from tests.system.found import found_in
from tests.system.servers import Server, buyer, serving, settings_for
from tests.system.test_workers import metrics, until_working

pytestmark = pytest.mark.timeout(180)

WORKERS, CLIENTS, PLACES = 3, 24, 600
BEFORE = 150
"""Bookings acknowledged before the owner is killed."""
AT_WORK = 50
"""And before all are told to stop."""
SECONDS_MAX = 60.0
WAYS = "handed_over", "taken_over", "decided_here"


class Clients:
    """Each books under a key until it is told that nothing is left; what got no answer is asked for again."""

    def __init__(self, server: Server, event_id: str) -> None:
        self._server = server
        self._body = {"event_id": event_id, "quantity": 1}
        self.booked: list[str] = []
        self.unanswered = 0

    async def run(self, number: int) -> None:
        orders = 0
        while await self._booked(number, f"client {number} order {orders}"):
            orders += 1

    async def run_until_it_is_gone(self, number: int) -> None:
        """Every answer that there is says that it was done."""
        with suppress(OSError, EOFError):
            while True:
                answer = await self._server.send("POST", "/api/v1/bookings", self._body, by=buyer(number))
                assert answer.status == 201, answer
                self.booked.append(answer.json()["id"])

    async def _booked(self, number: int, key: str) -> bool:
        while True:
            with suppress(OSError, EOFError):
                answer = await self._server.send(
                    "POST", "/api/v1/bookings", self._body, by=buyer(number), key=key
                )
                if answer.status == 201:
                    self.booked.append(answer.json()["id"])
                    return True
                if answer.status == 409:
                    return False
                assert answer.status == 503, answer
            self.unanswered += 1
            await asyncio.sleep(0.05)


async def test_the_owner_of_an_event_is_killed_and_nothing_is_lost_or_done_twice(
    database: str, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path, database)
    async with serving("serve", "command-api", "--workers", str(WORKERS), settings=settings) as server:
        await until_linked(server)
        event: dict[str, Any] = await event_with_places(server, PLACES)
        clients = Clients(server, event["id"])
        running = [asyncio.create_task(clients.run(number)) for number in range(CLIENTS)]
        async with asyncio.timeout(SECONDS_MAX):
            while len(clients.booked) < BEFORE:  # noqa: ASYNC110 - it is clients that bring it about
                await asyncio.sleep(0.01)
        before = await ways(server)
        owner = await process_of(server, Place(0, WORKERS, tmp_path).owner_of(SHOW.stream(event["id"])))
        os.kill(owner, signal.SIGKILL)
        async with asyncio.timeout(SECONDS_MAX):
            await asyncio.gather(*running)
        await until_working(server, WORKERS, without={owner})
        await until_linked(server)
        after = await ways(server)
        found = await found_in(database)
        await nobody_is_left_in_doubt_by_a_stop(server, database)
    tell(
        f"kill -9 of one of {WORKERS} workers under load: {len(clients.booked)} acknowledged, {clients.unanswered} "
        f"asked for again, found {found.bookings.total()}, twice {found.twice}; before {before}, at the end {after}"
    )
    assert before["handed_over"] > 0, "the owner has decided for others"
    assert before["decided_here"] == 0
    assert after["decided_here"] > 0, "and others for themselves while it was away"
    assert Counter(clients.booked) == found.bookings, "each acknowledged booking once, and nothing else"
    assert found.bookings.total() == PLACES
    assert found.twice == 0
    assert found.is_whole


async def nobody_is_left_in_doubt_by_a_stop(server: Server, database: str) -> None:
    """SIGTERM comes to all workers at once: whoever has taken something over answers it before it leaves."""
    clients = Clients(server, (await event_with_places(server, 100_000))["id"])
    running = [asyncio.create_task(clients.run_until_it_is_gone(number)) for number in range(CLIENTS)]
    async with asyncio.timeout(SECONDS_MAX):
        while len(clients.booked) < AT_WORK:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
    assert await asyncio.to_thread(server.program.stop) == 0
    async with asyncio.timeout(SECONDS_MAX):
        await asyncio.gather(*running)
    found = await found_in(database)
    assert set(clients.booked) <= set(found.bookings)
    assert found.twice == 0
    assert found.is_whole


async def ways(server: Server) -> dict[str, int]:
    """Commands so far by which way they went between the workers."""
    shown = await metrics(server)
    return {way: int(shown.get(f'handed_over_commands_total{{way="{way}"}}', 0)) for way in WAYS}


async def until_linked(server: Server) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while (await metrics(server)).get("worker_links") != WORKERS * (WORKERS - 1):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)


async def process_of(server: Server, number: int) -> int:
    """The process id of the worker at this place."""
    parent = server.program._process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for child in children:
        told = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
        if any(each.startswith(f"SEATLEDGER_WORKER_PLACE={number}/".encode()) for each in told):
            return int(child)
    raise AssertionError(f"no worker has the number {number}")
