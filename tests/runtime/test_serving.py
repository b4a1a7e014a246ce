"""A server that says when it is ready, stops when told, and leaves nothing behind."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypedDict

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from runtime.http.access import PUBLIC
from runtime.http.application import Application, create_application
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.lifespans import Lifespan
from runtime.serving import CannotListen, PortInUse, StartFailed, bind, run, serve, url_of
from runtime.settings import load_settings

pytestmark = pytest.mark.usefixtures("own_logging")


class State(TypedDict):
    greeting: str


def app(*lifespans: Lifespan, entered: asyncio.Event | None = None) -> Application:
    router = APIRouter()

    @hot_route(router, "GET", "/greeting", operation_id="Greeting", access=PUBLIC)
    async def greeting(request: Request) -> Response:
        if entered:
            entered.set()
            await asyncio.sleep(0)
        return json_answer(request.state.greeting)

    return create_application(
        title="t", version="1", routers=[router], settings=load_settings(), lifespans=lifespans
    )


class Floor:
    """A lifespan that notes what happens to it."""

    def __init__(self, **state: str) -> None:
        self.state = state
        self.notes: list[str] = []

    @asynccontextmanager
    async def __call__(self, _app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        self.notes.append("started")
        yield self.state
        self.notes.append("stopped")


class Running:
    """A server under test: `url` once it is ready."""

    def __init__(
        self, served: Application, stop: asyncio.Event | None = None, wait_seconds: float = 0.0
    ) -> None:
        self.listener = bind("127.0.0.1", 0)
        self.ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.left = asyncio.Event()

        def leave() -> None:
            served.leave()
            self.left.set()

        self.task = asyncio.create_task(
            serve(
                served,
                "127.0.0.1",
                0,
                grace_seconds=5,
                wait_seconds=wait_seconds,
                on_ready=self.ready.set_result,
                on_leaving=leave,
                listener=self.listener,
                stop=stop,
            )
        )

    async def get(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient() as client:
            return await client.get(await self.ready + path)


async def test_it_serves_with_the_lifespans_state_until_told_to_stop() -> None:
    stop, floor = asyncio.Event(), Floor(greeting="hello")
    running = Running(app(floor), stop)
    answer = await running.get("/greeting")
    assert answer.json() == "hello"
    assert "server" not in answer.headers
    stop.set()
    await running.task
    assert floor.notes == ["started", "stopped"]
    with pytest.raises(httpx.ConnectError):
        await running.get("/greeting")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_it_gracefully(number: signal.Signals) -> None:
    floor = Floor(greeting="hello")
    before = signal.getsignal(number)
    running = Running(app(floor))
    await running.ready
    os.kill(os.getpid(), number)
    await running.task
    assert floor.notes == ["started", "stopped"]
    assert signal.getsignal(number) is before


async def test_for_a_while_it_still_serves_but_says_that_it_is_leaving() -> None:
    stop = asyncio.Event()
    running = Running(app(Floor(greeting="hello")), stop, wait_seconds=2.0)
    async with httpx.AsyncClient(base_url=await running.ready) as client:
        before = await client.get("/readyz")
        assert (before.status_code, before.headers.get("connection")) == (200, None)
        stop.set()
        await running.left.wait()
        ready, greeting = await client.get("/readyz"), await client.get("/greeting")
    assert ready.status_code == 503
    assert ready.json()["checks"]["process"]["reason"] == "it was told to stop"
    assert greeting.json() == "hello"
    assert ready.headers["connection"] == greeting.headers["connection"] == "close"
    await running.task


async def test_being_cancelled_stops_it_gracefully_too() -> None:
    floor = Floor(greeting="hello")
    running = Running(app(floor))
    await running.ready
    running.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running.task
    assert floor.notes == ["started", "stopped"]


async def test_a_taken_port_is_one_line_before_anything_starts() -> None:
    floor = Floor()
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"^port {port} on 127.0.0.1 is in use by another program$"):
            await serve(app(floor), "127.0.0.1", port, grace_seconds=1)
    assert floor.notes == []


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_an_address_that_is_not_ours_cannot_be_listened_on(host: str) -> None:
    with pytest.raises(CannotListen, match=f"^cannot listen on {host}"):
        bind(host, 0)


def test_the_url_is_one_that_a_browser_can_open() -> None:
    with bind("0.0.0.0", 0) as listener:
        assert url_of(listener).startswith("http://127.0.0.1:")
        assert listener.get_inheritable()
    if socket.has_ipv6:
        with bind("::1", 0) as listener:
            assert url_of(listener).startswith("http://[::1]:")


async def test_a_lifespan_that_fails_is_a_failed_start(caplog: pytest.LogCaptureFixture) -> None:
    floor = Floor(greeting="a")
    running = Running(app(floor, Floor(greeting="b")))
    with pytest.raises(StartFailed):
        await running.task
    assert "two lifespans yield ['greeting']" in caplog.text
    assert floor.notes == ["started"]


def test_the_loop_is_uvloops() -> None:
    async def name() -> str:
        return type(asyncio.get_running_loop()).__module__

    assert run(name()).startswith("uvloop")
