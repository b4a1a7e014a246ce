"""A stop signal: what has come is answered, what was acknowledged is there, and the end is clean and soon."""

import asyncio
import time
from pathlib import Path

import asyncpg

from tests.system.events import event_with_places
from tests.system.figures import tell
from tests.system.found import found_in
from tests.system.held_log import LOCK, until_waiting
from tests.system.servers import GRACE_SECONDS, buyer, command_api, until_refused

IN_FLIGHT = 25


async def test_commands_in_flight_are_answered_before_the_end(database: str, tmp_path: Path) -> None:
    holder = await asyncpg.connect(database)
    async with command_api(database, tmp_path) as server:
        show = await event_with_places(server, 1_000)
        body = {"event_id": show["id"], "quantity": 1}
        held = holder.transaction()
        await held.start()
        await holder.execute(LOCK)
        asked = [
            asyncio.create_task(server.send("POST", "/api/v1/bookings", body, by=buyer(number)))
            for number in range(IN_FLIGHT)
        ]
        await until_waiting(database)
        server.terminate()
        # It takes no more, and waits for those it has.
        await until_refused(server.port)
        assert server.is_running
        assert not any(each.done() for each in asked)
        await held.rollback()
        began = time.monotonic()
        answers = await asyncio.gather(*asked)
        code = await asyncio.to_thread(server.program._process.wait, GRACE_SECONDS)
        seconds = time.monotonic() - began
    await holder.close()
    found = await found_in(database)
    acknowledged = {answer.json()["id"] for answer in answers if answer.status == 201}
    tell(
        f"SIGTERM with {IN_FLIGHT} in flight: acknowledged {len(acknowledged)}, found {found.bookings.total()}, "
        f"ended with code {code} after {seconds:.1f} s"
    )
    assert code == 0
    assert len(acknowledged) == IN_FLIGHT
    assert set(found.bookings) == acknowledged


async def test_under_load_it_ends_within_the_grace_and_keeps_its_word(database: str, tmp_path: Path) -> None:
    acknowledged: list[str] = []
    async with command_api(database, tmp_path) as server:
        show = await event_with_places(server, 100_000)
        body = {"event_id": show["id"], "quantity": 1}

        async def client(number: int) -> None:
            while True:
                try:
                    answer = await server.send("POST", "/api/v1/bookings", body, by=buyer(number))
                except (OSError, EOFError):
                    return
                if answer.status == 201:
                    acknowledged.append(answer.json()["id"])

        clients = [asyncio.create_task(client(number)) for number in range(40)]
        while len(acknowledged) < 100:  # noqa: ASYNC110 - another process makes it so
            await asyncio.sleep(0.01)
        began = time.monotonic()
        server.terminate()
        await asyncio.gather(*clients)
        code = await asyncio.to_thread(server.program._process.wait, GRACE_SECONDS + 2)
        seconds = time.monotonic() - began
    found = await found_in(database)
    tell(
        f"SIGTERM under load: acknowledged {len(acknowledged)}, found {found.bookings.total()}, "
        f"ended with code {code} after {seconds:.1f} s"
    )
    assert code == 0
    assert set(acknowledged) <= set(found.bookings)
    assert found.twice == 0
