"""Streams of server-sent events: bounded in number and in time, and ended from outside."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

import pytest
from starlette.types import Message

from runtime.http.event_stream import EventStream, Next, Streams, event
from runtime.problems import Problem

Send = Callable[[Message], Awaitable[None]]


class Source:
    """Gives `messages` and then nothing, or the end when there is a None among them."""

    def __init__(self, *messages: bytes | None) -> None:
        self.messages = list(messages)
        self.entered = 0

    def __enter__(self) -> Next:
        self.entered += 1
        return self.following

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.entered -= 1

    async def following(self) -> bytes | None:
        if not self.messages:
            await asyncio.get_running_loop().create_future()
        return self.messages.pop(0)


class Exchange:
    """A client that takes `room` messages and then no more, until it `leaves`."""

    def __init__(self, room: int = 1_000) -> None:
        self.sent: list[Message] = []
        self.left = asyncio.Event()
        self._room = room

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if len(self.sent) >= self._room:
            await self.left.wait()
            return
        self.sent.append(message)

    async def run(self, stream: EventStream, method: str = "GET") -> dict[str, Any]:
        scope: dict[str, Any] = {"type": "http", "method": method}
        async with asyncio.timeout(60):
            await stream(scope, self.receive, self.send)
        return scope

    @property
    def bodies(self) -> list[bytes]:
        return [message["body"] for message in self.sent[1:]]


def streams(streams_max: int = 10, heartbeat_seconds: float = 10, seconds_max: float = 10) -> Streams:
    return Streams(streams_max, heartbeat_seconds, seconds_max)


async def test_it_sends_what_the_source_gives_until_its_end() -> None:
    source, exchange = Source(event("news", 7, b"{}"), None), Exchange()
    scope = await exchange.run(EventStream(streams(), source, {"A": "b"}))
    assert scope["streamed"] is True
    headers = dict(exchange.sent[0]["headers"])
    assert (headers[b"content-type"], headers[b"a"]) == (b"text/event-stream; charset=utf-8", b"b")
    assert b"content-length" not in headers
    assert exchange.bodies == [b"retry: 2000\n\n", b"event: news\nid: 7\ndata: {}\n\n", b""]
    assert [message.get("more_body") for message in exchange.sent[1:]] == [True, True, False]
    assert source.entered == 0


async def test_who_asks_only_for_its_headers_is_not_kept_waiting() -> None:
    source, exchange = Source(b"a"), Exchange()
    scope = await exchange.run(EventStream(streams(), source, {"A": "b"}), "HEAD")
    assert dict(exchange.sent[0]["headers"])[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert (exchange.bodies, exchange.sent[-1].get("more_body", False)) == ([b""], False)
    assert "streamed" not in scope


async def test_it_ends_after_its_time() -> None:
    exchange = Exchange()
    await exchange.run(EventStream(streams(seconds_max=0.05), Source(), {}))
    assert exchange.bodies == [b"retry: 2000\n\n", b""]


async def test_it_beats_while_there_is_nothing_to_say() -> None:
    exchange = Exchange()
    await exchange.run(EventStream(streams(heartbeat_seconds=0.01, seconds_max=0.2), Source(), {}))
    assert exchange.bodies[1:3] == [b":\n\n", b":\n\n"]


async def test_it_ends_without_a_word_when_the_client_leaves_also_one_that_does_not_read() -> None:
    for room in (1_000, 2):
        source, exchange, open_streams = Source(b"a", b"b"), Exchange(room), streams()
        running = asyncio.create_task(exchange.run(EventStream(open_streams, source, {})))
        await begun(open_streams)
        exchange.left.set()
        await running
        assert exchange.sent[-1]["more_body"] is True
        assert (len(open_streams), source.entered) == (0, 0)


async def test_all_end_together_and_no_more_begin() -> None:
    open_streams, exchanges = streams(), [Exchange() for _ in range(3)]
    running = [
        asyncio.create_task(each.run(EventStream(open_streams, Source(b"a"), {}))) for each in exchanges
    ]
    await begun(open_streams, 3)
    open_streams.end()
    await asyncio.gather(*running)
    # Their clients are not to come back all at once.
    assert len({each.bodies[-1] for each in exchanges if each.bodies[-1].startswith(b"retry: ")}) == 3
    with pytest.raises(Problem, match="503 stopping"):
        EventStream(open_streams, Source(), {})


async def test_there_are_never_more_than_allowed() -> None:
    open_streams = streams(streams_max=1)
    running = asyncio.create_task(Exchange().run(EventStream(open_streams, Source(), {})))
    await begun(open_streams)
    with pytest.raises(Problem, match="503 overloaded"):
        EventStream(open_streams, Source(), {})
    open_streams.end()
    await running


async def test_a_source_that_fails_fails_the_exchange_and_leaves_nothing() -> None:
    open_streams, source = streams(), Source(b"a")

    async def failing() -> bytes | None:
        raise TimeoutError("of its own")

    source.following = failing  # type: ignore[method-assign]
    with pytest.raises(TimeoutError, match="of its own"):
        await Exchange().run(EventStream(open_streams, source, {}))
    assert (len(open_streams), source.entered) == (0, 0)


async def begun(open_streams: Streams, count: int = 1) -> None:
    """Wait until so many are open and have sent what they can."""
    async with asyncio.timeout(60):
        while len(open_streams) < count:  # noqa: ASYNC110 - tasks make it so
            await asyncio.sleep(0)
    for _ in range(10):
        await asyncio.sleep(0)
