"""Several workers on one port: counted together, whoever answers, and what one has counted outlives it."""

import asyncio
import os
import re
import signal
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from tests.system.events import event_with_places
from tests.system.held_log import LOCK, until_waiting
from tests.system.http import ask
from tests.system.servers import Server, buyer, serving, settings_for, until_refused

pytestmark = pytest.mark.timeout(900)

BOOKINGS = 200
BOOKED = 'http_requests_total{method="POST",route="/api/v1/bookings",status="201"}'
ACCEPTED = 'commands_total{command="BookSeats",outcome="accepted"}'
SECONDS_MAX = 90.0


async def test_metrics_add_up_over_workers_and_over_their_deaths(database: str, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    settings = {**settings_for(tmp_path, database), "TMPDIR": str(temporary)}
    async with serving("serve", "command-api", "--workers", "2", settings=settings) as server:
        show = await event_with_places(server, 10_000)
        body, room = {"event_id": show["id"], "quantity": 1}, asyncio.Semaphore(20)

        async def book(number: int) -> int:
            async with room:
                return (await server.send("POST", "/api/v1/bookings", body, by=buyer(number))).status

        assert set(await asyncio.gather(*(book(number) for number in range(BOOKINGS)))) == {201}
        for _ in range(10):
            shown = await metrics(server)
            assert shown[BOOKED] == shown[ACCEPTED] == BOOKINGS
        first = await until_working(server, 2, without=set())
        os.kill(min(first), signal.SIGKILL)
        await until_working(server, 2, without={min(first)})
        shown = await metrics(server)
        assert shown[BOOKED] == shown[ACCEPTED] == BOOKINGS
        assert await asyncio.to_thread(server.program.stop) == 0
    assert list(temporary.iterdir()) == []


async def test_workers_of_a_killed_parent_finish_what_they_are_at_and_leave_nothing(
    database: str, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    settings = {**settings_for(tmp_path, database), "TMPDIR": str(temporary)}
    async with serving("serve", "command-api", "--workers", "2", settings=settings) as server:
        show = await event_with_places(server, 100)
        workers = await until_working(server, 2, without=set())
        holder = await asyncpg.connect(database)
        held = holder.transaction()
        await held.start()
        await holder.execute(LOCK)
        body = {"event_id": show["id"], "quantity": 1}
        asked = asyncio.create_task(server.send("POST", "/api/v1/bookings", body, by=buyer(1)))
        await until_waiting(database)
        server.kill()
        await until_refused(server.port)
        assert any(map(runs, workers))
        assert not asked.done()
        await held.rollback()
        await holder.close()
        assert (await asked).status == 201
        async with asyncio.timeout(SECONDS_MAX):
            while any(map(runs, workers)):  # noqa: ASYNC110 - another process makes it so
                await asyncio.sleep(0.05)
    assert list(temporary.iterdir()) == []


def runs(pid: int) -> bool:
    """Whether the process is there, and not just waiting for somebody to hear of its end."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    return False


async def metrics(server: Server) -> dict[str, float]:
    text = (await ask(server.port, "GET", "/metrics")).body.decode()
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


async def until_working(server: Server, count: int, without: set[int]) -> set[int]:
    """The process ids of the workers, once there are so many and none of those is among them."""
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            found = {
                int(pid)
                for name in await metrics(server)
                for pid in re.findall(r'^process_open_fds\{worker="(\d+)"\}$', name)
            }
            if len(found) == count and not found & without:
                return found
            await asyncio.sleep(0.05)
