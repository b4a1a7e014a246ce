"""Streams of server-sent events: answers that go on until the client leaves, the source ends or the server stops.

A stream holds no queue. It asks its source for the next message when the last one has been taken over by the
connection, so a client that reads slowly makes its own source wait and nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager

from prometheus_client import Gauge
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override

from runtime.http.envelope import STREAMED
from runtime.metrics import REGISTRY
from runtime.problems import Problem, come_back_later

MEDIA_TYPE = "text/event-stream"
OVERLOADED = come_back_later(
    "overloaded",
    "Too many streams are open",
    "This server holds as many streams as it may. Try again later.",
    5,
)
STOPPING = come_back_later("stopping", "The server is stopping", "Try again in a moment.")
# A comment, which clients skip: the connection is known to be alive, to both ends and to every proxy between.
HEARTBEAT = b":\n\n"
RETRY_MS = 2_000
RETRY_SPREAD_MS = 4_000
"""Clients of a server that stops come back within so long of each other, and not all in one moment."""
HEADERS = {
    "Cache-Control": "no-store",
    # What nginx and others that gather answers before they pass them on must not do here.
    "X-Accel-Buffering": "no",
}

OPEN = Gauge("http_streams", "Live streams open now", registry=REGISTRY, multiprocess_mode="livesum")

Next = Callable[[], Awaitable[bytes | None]]
"""The next message, whenever there is one; None at the end. It may be cancelled and asked again."""

Source = AbstractContextManager[Next]
"""Entered when the stream begins, left when it is over."""


class Streams:
    """The open streams of a process: `streams_max` at most, each for `seconds_max` at most, and ended together when it
    stops.
    """

    def __init__(self, streams_max: int, heartbeat_seconds: float, seconds_max: float) -> None:
        self.heartbeat_seconds = heartbeat_seconds
        self.seconds_max = seconds_max
        self._streams_max = streams_max
        self._open: set[asyncio.Timeout] = set()
        self._stopping = False
        self._dismissed = 0

    def __len__(self) -> int:
        return len(self._open)

    def require_room(self) -> None:
        """Raises Problem 503 `overloaded` when there is no room for one more, `stopping` when there will be none."""
        if self._stopping:
            raise Problem(STOPPING)
        if len(self._open) >= self._streams_max:
            raise Problem(OVERLOADED)

    def end(self) -> None:
        """End all that are open, now, and take no more."""
        self._stopping = True
        for life in self._open:
            self.cut(life)

    def last_words(self) -> bytes:
        """What a stream says at its end: when all end together, how long its client should wait."""
        if not self._stopping:
            return b""
        self._dismissed += 1
        return b"retry: %d\n\n" % (RETRY_MS // 2 + self._dismissed % RETRY_SPREAD_MS)

    def cut(self, life: asyncio.Timeout) -> None:
        """Let it end now, unless it is over or about to be."""
        if life in self._open and not life.expired():
            life.reschedule(0)

    def began(self, life: asyncio.Timeout) -> None:
        self._open.add(life)
        OPEN.inc()

    def ended(self, life: asyncio.Timeout) -> None:
        self._open.discard(life)
        OPEN.dec()


class EventStream(Response):
    """200 with the messages of `source`, and heartbeats while there are none.

    Raises Problem 503 when it is made, if there is no room for it.
    """

    def __init__(self, streams: Streams, source: Source, headers: Mapping[str, str]) -> None:
        streams.require_room()
        super().__init__(headers={**HEADERS, **headers}, media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._streams = streams
        self._source = source

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            # Over at once: whoever asks only for the headers keeps the connection, and has no use for what goes on.
            await super().__call__(scope, receive, send)
            return
        scope[STREAMED] = True
        # Cut before its time, too, by whoever has a reason: then all that it awaits is over, a stuck `send`, too.
        life = asyncio.timeout(self._streams.seconds_max)
        leaving = asyncio.ensure_future(until_gone(receive))
        leaving.add_done_callback(lambda _: self._streams.cut(life))
        try:
            with self._source as following:
                async with life:
                    self._streams.began(life)
                    await self._send(send, following)
        except TimeoutError:
            if not life.expired():
                raise
        finally:
            self._streams.ended(life)
            gone = leaving.done()
            leaving.cancel()
        if not gone:
            # To a client that does not read this waits until the server cuts the connection.
            words = self._streams.last_words()
            await send({"type": "http.response.body", "body": words, "more_body": False})

    async def _send(self, send: Send, following: Next) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send(piece(b"retry: %d\n\n" % RETRY_MS))
        while True:
            beat = asyncio.timeout(self._streams.heartbeat_seconds)
            try:
                async with beat:
                    message = await following()
            except TimeoutError:
                if not beat.expired():
                    raise
                message = HEARTBEAT
            if message is None:
                return
            await send(piece(message))


async def until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def piece(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


def event(name: str, number: int, data: bytes) -> bytes:
    """One message. `number` comes back as `Last-Event-ID`; `data` is one line."""
    return b"event: %s\nid: %d\ndata: %s\n\n" % (name.encode(), number, data)
