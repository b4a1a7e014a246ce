"""Two servers are restarted one after the other while everybody books and reads: nobody notices."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.projections.conftest import pool
from tests.projections.projecting import project
from tests.system.events import event_with_places
from tests.system.figures import tell
from tests.system.found import found_in
from tests.system.http import Answer
from tests.system.servers import TOKENS, Server, buyer, free_port, serving, settings_for

# The same fixture serves this test.
__all__ = ["pool"]

# Four starts, which take long on a busy machine.
pytestmark = pytest.mark.timeout(900)

CLIENTS = 8
WAIT_SECONDS = 2.0
LIST = "/api/v1/venues"


async def test_no_request_fails_while_one_server_after_the_other_is_restarted(
    database: str, tmp_path: Path, pool: asyncpg.Pool
) -> None:
    await project(pool)
    settings = {
        **settings_for(tmp_path, database),
        "SEATLEDGER_SHUTDOWN_WAIT_SECONDS": str(WAIT_SECONDS),
    }
    async with AsyncExitStack() as stack:

        async def started(port: int) -> Server:
            return await stack.enter_async_context(serving("serve", "all", settings=settings, port=port))

        first, second = await asyncio.gather(started(free_port()), started(free_port()))
        show = await event_with_places(first, 100_000)
        clients = [Client(number, (first.port, second.port), show["id"]) for number in range(CLIENTS)]
        working = [asyncio.create_task(client.work()) for client in clients]
        for server in (first, second):
            await until_all_have_booked(clients)
            assert await asyncio.to_thread(server.program.stop) == 0
            await started(server.port)
        await until_all_have_booked(clients)
        for client in clients:
            client.enough = True
        await asyncio.gather(*working)
    found = await found_in(database)
    acknowledged = Counter(booking for client in clients for booking in client.booked)
    moves, retries = sum(client.moves for client in clients), sum(client.retries for client in clients)
    tell(
        f"rolling restart: {acknowledged.total()} bookings of {CLIENTS} clients, {moves} moved on, {retries} retries"
    )
    assert acknowledged == found.bookings, "each acknowledged booking once, and nothing else"
    assert moves >= CLIENTS
    assert retries == 0, "whoever heeds Connection: close never meets a server that has gone"


async def until_all_have_booked(clients: list["Client"]) -> None:
    before = [len(client.booked) for client in clients]
    async with asyncio.timeout(60):
        while any(len(client.booked) < had + 5 for client, had in zip(clients, before, strict=True)):
            assert not any(client.refused for client in clients), [client.refused for client in clients]
            await asyncio.sleep(0.02)


class Client:
    """Has a list of addresses, stays where it is until it is sent away, and tries again under the same key."""

    def __init__(self, number: int, ports: tuple[int, int], event_id: str) -> None:
        self.booked: list[str] = []
        self.refused: list[Answer] = []
        self.moves = self.retries = 0
        self.enough = False
        self._ports = ports
        self._at = number % 2
        self._number = number
        self._event_id = event_id
        self._token = TOKENS.issue(buyer(number))
        self._connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def work(self) -> None:
        async for booking in self._bookings():
            self.booked.append(booking)
        self._leave()

    async def _bookings(self) -> AsyncIterator[str]:
        while not self.enough:
            key = f"{self._number}-{len(self.booked)}"
            answer = await self._answered("POST", "/api/v1/bookings", key)
            if answer.status != 201:
                self.refused.append(answer)
                return
            yield answer.json()["id"]
            read = await self._answered("GET", LIST)
            if read.status != 200:
                self.refused.append(read)
                return

    async def _answered(self, method: str, path: str, key: str = "") -> Answer:
        async with asyncio.timeout(60):
            while True:
                try:
                    answer = await self._asked(method, path, key)
                except (OSError, EOFError):
                    self.retries += 1
                    self._move()
                    await asyncio.sleep(0.05)
                    continue
                if answer.headers.get("connection") == "close":
                    self.moves += 1
                    self._move()
                return answer

    async def _asked(self, method: str, path: str, key: str) -> Answer:
        if self._connection is None:
            self._connection = await asyncio.open_connection("127.0.0.1", self._ports[self._at])
        reader, writer = self._connection
        body: Any = {"event_id": self._event_id, "quantity": 1}
        content = json.dumps(body).encode() if key else b""
        lines = [f"{method} {path} HTTP/1.1", "Host: test", f"Authorization: Bearer {self._token}"]
        if key:
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
            lines += [f"Idempotency-Key: {key}"]
        writer.write("\r\n".join((*lines, "", "")).encode() + content)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        return Answer(
            int(head[0].split(" ")[1]), fields, await reader.readexactly(int(fields["content-length"]))
        )

    def _move(self) -> None:
        self._leave()
        self._at = 1 - self._at

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection[1].close()
            self._connection = None
