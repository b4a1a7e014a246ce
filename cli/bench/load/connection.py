"""One keep-alive connection that asks, waits for the answer, and asks again.

The parser knows only what our servers send: a status line, headers with a Content-Length, that many bytes. A full
client costs as much as the server it measures; this one costs about a tenth.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import cast

from typing_extensions import override

LENGTH = b"\r\ncontent-length: "
END = b"\r\n\r\n"


def body_at(data: bytes) -> int | None:
    """Where the body of a whole answer begins; None as long as it is not whole."""
    start = data.find(END)
    if start < 0:
        return None
    start += len(END)
    at = data.lower().find(LENGTH, 0, start) + len(LENGTH)
    return start if len(data) >= start + int(data[at : data.index(b"\r", at)]) else None


class Noted:
    """What all connections of a job have seen: one entry per answer, in order of arrival.

    Bodies of 2xx answers are kept where they say what was made; those of reads would fill the memory.
    """

    def __init__(self, *, keep_bodies: bool) -> None:
        self.keep_bodies = keep_bodies
        self.arrived: list[float] = []
        self.latencies: list[float] = []
        self.statuses: list[bytes] = []
        self.bodies: list[bytes] = []
        self.failure: str | None = None


class Connection(asyncio.Protocol):
    """`ask` gives the bytes of the next request, None when there are no more. `done` resolves when it has stopped."""

    def __init__(self, ask: Callable[[], bytes | None], noted: Noted) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ask = ask
        self._noted = noted
        self._received = b""
        self._asked_at = 0.0
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are the real thing without being instances of asyncio's class.
        self._transport = cast("asyncio.Transport", transport)

    def ask(self) -> None:
        """Send the next request, or stop."""
        request = self._ask()
        if request is None or self._transport is None:
            self._stop()
            return
        self._asked_at = perf_counter()
        self._transport.write(request)

    @override
    def data_received(self, data: bytes) -> None:
        if self._received:
            data = self._received + data
        start = body_at(data)
        if start is None:
            self._received = data
            return
        self._received = b""
        self._note(data, start)
        self.ask()

    def _note(self, answer: bytes, start: int) -> None:
        now, noted, status = perf_counter(), self._noted, answer[9:12]
        noted.arrived.append(now)
        noted.latencies.append(now - self._asked_at)
        noted.statuses.append(status)
        if status[0] == 0x32:
            if noted.keep_bodies:
                noted.bodies.append(answer[start:])
        elif noted.failure is None:
            noted.failure = answer.decode(errors="replace")

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._noted.failure = self._noted.failure or f"the server closed a connection: {exc}"
            self.done.set_result(None)

    def _stop(self) -> None:
        if not self.done.done():
            self.done.set_result(None)
        if self._transport is not None:
            self._transport.close()
