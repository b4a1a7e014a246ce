"""A server with limits to choose, and clients that speak HTTP byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from runtime.http.access import PUBLIC
from runtime.http.application import Application, create_application
from runtime.http.connections.limits import ConnectionLimits
from runtime.http.event_stream import EventStream
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.serving import bind, serve
from runtime.settings import load_settings

DEADLINE_SECONDS = 60.0
BIG = b"x" * 20_000_000
"""More than the buffers of two sockets hold."""


class Raw:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, *lines: str, body: bytes = b"") -> None:
        """A head of `lines`, ended, and what follows it."""
        await self.write("\r\n".join((*lines, "", "")).encode("latin-1") + body)

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def end(self) -> bytes:
        """All that still comes, once the server has hung up."""
        received = b""
        async with asyncio.timeout(DEADLINE_SECONDS):
            # Bytes of ours that nobody has read make a hang-up a reset.
            with suppress(ConnectionError):
                while more := await self.reader.read(65_536):
                    received += more
        return received

    async def close(self) -> None:
        self.writer.transport.abort()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    async def until(self, mark: bytes) -> bytes:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await self.reader.readuntil(mark)


class Server:
    """`connect` opens a connection; `gone` is set when a request noticed that its client has left."""

    def __init__(self, port: int, app: Application, gone: asyncio.Event) -> None:
        self.port = port
        self.app = app
        self.gone = gone
        self.closing = AsyncExitStack()

    async def connect(self) -> Raw:
        raw = Raw(*await asyncio.open_connection("127.0.0.1", self.port, limit=30_000_000))
        self.closing.push_async_callback(raw.close)
        return raw


class Silence:
    """A stream on which nothing happens."""

    def __enter__(self) -> Callable[[], Any]:
        return asyncio.Event().wait

    def __exit__(self, *_: object) -> None:
        pass


def routes(gone: asyncio.Event) -> APIRouter:
    router = APIRouter()

    @hot_route(router, "POST", "/echo", operation_id="Echo", access=PUBLIC)
    async def echo(request: Request) -> Response:
        try:
            return Response(await request.body())
        except Exception:
            gone.set()
            raise

    @hot_route(router, "POST", "/stuck", operation_id="Stuck", access=PUBLIC)
    async def stuck(request: Request) -> Response:
        await request.body()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    @hot_route(router, "GET", "/big", operation_id="Big", access=PUBLIC)
    async def big(_request: Request) -> Response:
        return Response(BIG)

    @hot_route(router, "GET", "/small", operation_id="Small", access=PUBLIC)
    async def small(request: Request) -> Response:
        return json_answer(request.url.query)

    @hot_route(router, "GET", "/whence", operation_id="Whence", access=PUBLIC)
    async def whence(request: Request) -> Response:
        return json_answer([request.scope["client"][0], request.scope["scheme"]])

    @hot_route(router, "GET", "/live", operation_id="Live", access=PUBLIC)
    async def live(request: Request) -> Response:
        return EventStream(request.app.streams, Silence(), {})

    return router


Serving = Callable[..., AbstractAsyncContextManager[Server]]


@pytest.fixture
def serving() -> Serving:
    """`serving(head_seconds_max=0.2)` is a server with that limit, and the default ones."""

    @asynccontextmanager
    async def run(**limits: Any) -> AsyncIterator[Server]:
        gone, stop = asyncio.Event(), asyncio.Event()
        settings = load_settings(stream_heartbeat_seconds=0.05)
        app = create_application(title="t", version="1", routers=[routes(gone)], settings=settings)
        listener = bind("127.0.0.1", 0)
        port = listener.getsockname()[1]
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(
            serve(
                app,
                "127.0.0.1",
                port,
                grace_seconds=1,
                on_ready=ready.set_result,
                on_stop=app.streams.end,
                listener=listener,
                stop=stop,
                limits=ConnectionLimits(**limits),
                shedding=app.shedding,
            )
        )
        await ready
        server = Server(port, app, gone)
        try:
            async with server.closing:
                yield server
        finally:
            stop.set()
            await task

    return run
