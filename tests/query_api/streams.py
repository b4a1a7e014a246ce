"""A server with live streams on a real port, and as little of an EventSource as a thousand of them need."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

from query_api.app import ROUTERS, lifespan
from query_api.seat_map.seat_map_hub import SeatMapHub
from runtime.http.application import Application, create_application
from runtime.http.event_stream import Streams
from runtime.serving import bind, serve
from runtime.settings import load_settings
from tests.projections.people import MASTER
from tests.query_api.conftest import TOKENS, World

SECONDS_MAX = 90.0
READ_AHEAD = 2**20
SEND_BUFFER = 16_384
"""What the system takes for a client that does not read: little, or no test could fill it."""


@dataclass
class Message:
    """One event; a comment has no data."""

    id: int = 0
    name: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class Client:
    """An open stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self._reader = reader
        self._writer = writer
        self._text = b""

    @classmethod
    async def open(cls, port: int, path: str, headers: Mapping[str, str] | None = None) -> Self:
        """Sends the request and reads the head of the answer."""
        client = cls(*await asyncio.open_connection("127.0.0.1", port, limit=READ_AHEAD))
        lines = [f"GET /api/v1{path} HTTP/1.1", "Host: test"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        client._writer.write("\r\n".join((*lines, "", "")).encode())
        head = (await client._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        client.status = int(head[0].split(" ")[1])
        client.headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        return client

    async def message(self) -> Message:
        """The next event. Raises EOFError at the end of the stream."""
        while True:
            found = await self.anything()
            if found.name:
                return found

    async def anything(self) -> Message:
        """The next event, comment or hint."""
        async with asyncio.timeout(SECONDS_MAX):
            while b"\n\n" not in self._text:
                self._text += await self._chunk()
        block, _, self._text = self._text.partition(b"\n\n")
        fields = dict(line.partition(b": ")[::2] for line in block.split(b"\n"))
        data = fields.get(b"data")
        return Message(
            int(fields.get(b"id", b"0")),
            fields.get(b"event", b"").decode(),
            orjson.loads(data) if data else {},
        )

    async def _chunk(self) -> bytes:
        size = int(await self._reader.readuntil(b"\r\n"), 16)
        chunk = await self._reader.readexactly(size + 2)
        if not size:
            raise EOFError
        return chunk[:-2]

    async def rest(self) -> list[Message]:
        """Every event until the end of the stream."""
        found: list[Message] = []
        try:
            while True:
                found.append(await self.message())
        except EOFError:
            return found

    def close(self) -> None:
        self._writer.close()

    async def closed(self) -> None:
        self.close()
        with suppress(OSError):
            await self._writer.wait_closed()


class Serving:
    """A running server. Used as a context, which stops it."""

    def __init__(self, app: Application, hub: SeatMapHub, port: int, stop: asyncio.Event) -> None:
        self.app = app
        self.hub = hub
        self.port = port
        self.stop = stop
        self.task: asyncio.Task[None]
        self.clients: list[Client] = []

    @property
    def streams(self) -> Streams:
        return self.app.streams

    async def open(self, path: str, headers: Mapping[str, str] | None = None, **query: int) -> Client:
        parameters = "&".join(f"{name}={value}" for name, value in query.items())
        client = await Client.open(self.port, f"{path}?{parameters}", headers)
        self.clients.append(client)
        return client

    async def until_open(self, count: int) -> None:
        """Wait until so many streams are open."""
        async with asyncio.timeout(SECONDS_MAX):
            while len(self.streams) != count:  # noqa: ASYNC110 - sockets make it so
                await asyncio.sleep(0.01)


@asynccontextmanager
async def serving_streams(world: World, **settings: Any) -> AsyncIterator[Serving]:
    """The query side on a free port, until the end of the block."""
    # A stream looks for news at every heartbeat, too: that must not make up for a wake-up that was lost.
    chosen = load_settings(**{"stream_heartbeat_seconds": 600, **settings})
    hubs: list[SeatMapHub] = []
    lives = lifespan(world.query_pool, chosen, MASTER, lambda: world.now)

    @asynccontextmanager
    async def noted(app: Any) -> AsyncIterator[Any]:
        async with lives(app) as state:
            hubs.append(state["query"].seat_maps)
            yield state

    app = create_application(
        title="Query",
        version="0",
        routers=ROUTERS,
        settings=chosen,
        authenticator=TOKENS,
        lifespans=[noted],
    )
    listener, stop = bind("127.0.0.1", 0), asyncio.Event()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    ready = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        serve(
            app, "127.0.0.1", 0, grace_seconds=20, on_ready=ready.set_result, on_stop=app.streams.end,
            listener=listener, stop=stop,
        )
    )  # fmt: skip
    url: str = await ready
    made = Serving(app, hubs[0], int(url.rpartition(":")[2]), stop)
    made.task = task
    try:
        yield made
    finally:
        stop.set()
        for client in made.clients:
            await client.closed()
        await task


async def opened(serving: Serving, path: str, count: int) -> list[Client]:
    """So many streams of the same thing, fifty connections at a time."""
    room = asyncio.Semaphore(50)

    async def one() -> Client:
        async with room:
            return await serving.open(path)

    return await asyncio.gather(*(one() for _ in range(count)))


def applied(rows: dict[str, str], messages: Iterable[Message]) -> dict[str, str]:
    """What a client shows after these."""
    for message in messages:
        if "sections" in message.data:
            rows = {
                f"{section['name']}/{name}": seats
                for section in message.data["sections"]
                for name, seats in section["rows"]
            }
        else:
            rows = rows | {f"{part}/{name}": seats for part, name, seats in message.data["changes"]}
    return rows
