"""kill -9 under load, then `up` again: every acknowledged booking is there, and none twice."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg

from cli.database import DATABASE
from runtime.embedded_postgres.running import dsn_of_running
from tests.system.events import event_with_places
from tests.system.figures import tell
from tests.system.found import found_in
from tests.system.held_log import LOCK, until_waiting
from tests.system.http import Answer
from tests.system.servers import buyer, free_port, send, serving, settings_for

CLIENTS = 30
BEFORE, AFTER = 150, 150
"""Bookings acknowledged before the program is killed, and after it is up again."""
SECONDS_MAX = 120.0
UNANSWERED = 20


class Clients:
    """Each books again and again; what gets no answer is tried again under its key until it gets one."""

    def __init__(self, port: int, event_id: str) -> None:
        self._port = port
        self._body = {"event_id": event_id, "quantity": 1}
        self._is_over = False
        self.acknowledged: dict[str, str] = {}
        self.retries = 0
        self.replayed = 0

    async def run(self, number: int) -> None:
        orders = 0
        while not self._is_over:
            orders += 1
            key = f"client {number} order {orders}"
            booking = await self._until_answered(number, key)
            self.acknowledged[key] = booking

    async def _until_answered(self, number: int, key: str) -> str:
        while True:
            with suppress(OSError, EOFError):
                answer = await send(
                    self._port, "POST", "/api/v1/bookings", self._body, by=buyer(number), key=key
                )
                if answer.status == 201:
                    self.replayed += "idempotent-replayed" in answer.headers
                    booking: str = answer.json()["id"]
                    return booking
                assert answer.status == 503, answer
            self.retries += 1
            await asyncio.sleep(0.05)

    async def until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS_MAX
        while not is_so():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)

    def stop(self) -> None:
        self._is_over = True


async def test_what_was_acknowledged_before_a_kill_is_there_after_it_and_nothing_twice(
    folder_for_a_server: Path,
) -> None:
    settings, port = settings_for(folder_for_a_server), free_port()
    async with serving("up", settings=settings, port=port) as server:
        show = await event_with_places(server, 100_000)
        clients = Clients(port, show["id"])
        running = [asyncio.create_task(clients.run(number)) for number in range(CLIENTS)]
        await clients.until(lambda: len(clients.acknowledged) >= BEFORE)
        server.kill()
        before = len(clients.acknowledged)
    began = time.monotonic()
    async with serving("up", settings=settings, port=port) as server:
        again = time.monotonic() - began
        await clients.until(lambda: len(clients.acknowledged) >= before + AFTER)
        clients.stop()
        await asyncio.gather(*running)
        dsn = dsn_of_running(folder_for_a_server, database=DATABASE)
        assert dsn is not None
        found = await found_in(dsn)
    tell(
        f"kill -9 under load: acknowledged {before} before and {len(clients.acknowledged) - before} after, "
        f"found {found.bookings.total()}, missing {len(set(clients.acknowledged.values()) - set(found.bookings))}, "
        f"twice {found.twice}; {clients.retries} retries, {clients.replayed} answered from the log; "
        f"up again in {again:.1f} s; chain of {found.facts} facts {'whole' if found.is_whole else 'BROKEN'}"
    )
    assert set(clients.acknowledged.values()) == set(found.bookings)
    assert found.twice == 0
    assert found.is_whole


async def test_a_crash_between_commit_and_reply_loses_nothing_and_doubles_nothing(
    database: str, tmp_path: Path
) -> None:
    """Stopped while its commands wait for the log, it sees nothing of their commit, and is killed before it could."""
    settings, port = settings_for(tmp_path, database), free_port()
    body = {"quantity": 1}
    holder = await asyncpg.connect(database)
    async with serving("serve", "command-api", settings=settings, port=port) as server:
        body["event_id"] = (await event_with_places(server, 100))["id"]
        held = holder.transaction()
        await held.start()
        await holder.execute(LOCK)
        asked = [asyncio.create_task(_book(port, body, number)) for number in range(UNANSWERED)]
        await until_waiting(database)
        os.kill(server.program._process.pid, signal.SIGSTOP)
        await held.rollback()
        while not (committed := (await found_in(database)).bookings):  # noqa: ASYNC110 - the database makes it so
            await asyncio.sleep(0.01)
        server.kill()
        told = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(each, OSError | EOFError) for each in told)
    async with serving("serve", "command-api", settings=settings, port=port):
        answers = [await _book(port, body, number) for number in range(UNANSWERED)]
    await holder.close()
    found = await found_in(database)
    replayed = sum("idempotent-replayed" in answer.headers for answer in answers)
    tell(
        f"crash between commit and reply: {UNANSWERED} sent, 0 answered, {committed.total()} committed; tried again "
        f"{len(answers)} acknowledged, {replayed} of them from the log, found {found.bookings.total()}, "
        f"twice {found.twice}"
    )
    assert Counter(answer.json()["id"] for answer in answers) == found.bookings
    assert replayed == committed.total() > 0


async def _book(port: int, body: dict[str, Any], number: int) -> Answer:
    return await send(port, "POST", "/api/v1/bookings", body, by=buyer(number), key=f"order of {number}")
