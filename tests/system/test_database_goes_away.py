"""PostgreSQL goes away under a running server: 503 while it is gone, and by itself all well when it is back."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from cli.migrations import migration_sources
from runtime.embedded_postgres.server import EmbeddedPostgres
from runtime.migrations import migrate
from tests.system.events import event_with_places
from tests.system.figures import tell
from tests.system.found import found_in
from tests.system.http import Answer
from tests.system.servers import Server, buyer, command_api

ANSWER_SECONDS_MAX = 25.0
"""A command waits ten seconds at most, and a look at the clock is taken every second; a busy machine takes its own."""
BACK_SECONDS_MAX = 60.0


@pytest.fixture
async def own_postgres(folder_for_a_server: Path) -> AsyncIterator[EmbeddedPostgres]:
    """A migrated server that may be broken."""
    server = EmbeddedPostgres(folder_for_a_server)
    connection = await asyncpg.connect(await asyncio.to_thread(server.start))
    await migrate(connection, migration_sources())
    await connection.close()
    yield server
    server.stop()


async def _until_back(book: Callable[[str], Awaitable[Answer]]) -> float:
    began = time.monotonic()
    while (await book(f"until back {time.monotonic()}")).status != 201:
        assert time.monotonic() - began < BACK_SECONDS_MAX
        await asyncio.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.parametrize("how", ["stopped", "killed"])
async def test_it_answers_503_while_the_database_is_gone_and_recovers_by_itself(
    how: str, own_postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    async with command_api(own_postgres.dsn, tmp_path) as server:
        show = await event_with_places(server, 10_000)
        acknowledged: set[str] = set()
        statuses: Counter[int] = Counter()

        async def book(key: str) -> Answer:
            body = {"event_id": show["id"], "quantity": 1}
            answer = await server.send("POST", "/api/v1/bookings", body, by=buyer(1), key=key)
            statuses[answer.status] += 1
            if answer.status == 201:
                acknowledged.add(answer.json()["id"])
            else:
                assert answer.status == 503, answer
                assert answer.headers["retry-after"]
            return answer

        keys = [f"order {number}" for number in range(200)]
        crowd = [asyncio.create_task(_patiently(book, key)) for key in keys]
        while len(acknowledged) < 20:  # noqa: ASYNC110 - another process makes it so
            await asyncio.sleep(0.005)
        if how == "killed":
            os.kill(own_postgres.process_id, signal.SIGKILL)
            while own_postgres.is_running:  # noqa: ASYNC110 - another process makes it so
                await asyncio.sleep(0.005)
        await asyncio.to_thread(own_postgres.stop)
        assert (await server.send("GET", "/livez")).status == 200
        assert (await server.send("GET", "/readyz")).status == 503
        if how == "stopped":
            await _operations_say_so(server, show["id"])
        await asyncio.to_thread(own_postgres.start)
        back = await _until_back(book)
        await asyncio.gather(*crowd)
        assert (await server.send("GET", "/readyz")).status == 200
    found = await found_in(own_postgres.dsn)
    tell(
        f"PostgreSQL {how}: answers {dict(statuses)}, acknowledged {len(acknowledged)}, "
        f"found {found.bookings.total()}, twice {found.twice}; well again {back:.2f} s after it was back"
    )
    assert acknowledged == set(found.bookings)
    assert found.twice == 0
    assert found.is_whole


async def _patiently(book: Callable[[str], Awaitable[Answer]], key: str) -> None:
    while (await book(key)).status != 201:  # noqa: ASYNC110 - another process makes it so
        await asyncio.sleep(0.1)


async def _operations_say_so(server: Server, event_id: str) -> None:
    venue = {"name": "Hall", "timezone": "UTC", "capacity": 5}
    sign_in = {"email": "ana@example.org", "password": "correct horse battery"}
    began = time.monotonic()
    answers = await asyncio.gather(
        server.send("POST", "/api/v1/venues", venue),
        server.send("POST", "/api/v1/auth/login", sign_in),
        server.send("POST", "/api/v1/auth/register", {**sign_in, "name": "Ana"}),
        server.send("POST", "/api/v1/bookings", {"event_id": event_id, "quantity": 1}),
    )
    assert [answer.status for answer in answers] == [503] * 4
    assert all(answer.headers["retry-after"] for answer in answers)
    assert time.monotonic() - began < ANSWER_SECONDS_MAX


async def test_nobody_waits_for_ever_for_a_database_that_has_gone_silent(
    own_postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    """Stopped in the middle of what it does, it neither answers nor hangs up."""
    async with command_api(own_postgres.dsn, tmp_path) as server:
        show = await event_with_places(server, 100)
        body = {"event_id": show["id"], "quantity": 1}
        await server.done("POST", "/api/v1/bookings", body, key="first")
        backends = [own_postgres.process_id, *await _backends(own_postgres.dsn)]
        for process in backends:
            os.kill(process, signal.SIGSTOP)
        try:
            began = time.monotonic()
            asked = [
                server.send("POST", "/api/v1/bookings", body, by=buyer(number), key="k")
                for number in range(5)
            ]
            answers = await asyncio.gather(*asked)
            seconds = time.monotonic() - began
        finally:
            for process in backends:
                os.kill(process, signal.SIGCONT)
        assert [answer.status for answer in answers] == [503] * 5
        assert seconds < ANSWER_SECONDS_MAX
        retried = [
            await server.done("POST", "/api/v1/bookings", body, by=buyer(number), key="k")
            for number in range(5)
        ]
    found = await found_in(own_postgres.dsn)
    tell(
        f"PostgreSQL silent: 5 of 5 answered 503 after {seconds:.1f} s; acknowledged {1 + len(retried)} in the end, "
        f"found {found.bookings.total()}, twice {found.twice}"
    )
    assert set(found.bookings) >= {booking["id"] for booking in retried}
    assert found.bookings.total() == 6
    assert found.twice == 0


async def _backends(dsn: str) -> list[int]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [row[0] for row in rows]
    finally:
        await connection.close()
