"""One keep-alive connection on which one asks and waits for the answer."""

import asyncio
from time import perf_counter
from typing import NamedTuple, Self, cast

from typing_extensions import override

from cli.bench.load.connection import body_at


class Unexpected(Exception):
    """Another answer than the one that had to come."""


class Answer(NamedTuple):
    """`seconds` from asking to the last byte."""

    head: bytes
    body: bytes
    seconds: float

    def must_be(self, status: bytes) -> None:
        """Raises `Unexpected`."""
        if self.head[9:12] != status:
            raise Unexpected((self.head + self.body).decode(errors="replace"))


class Exchange(asyncio.Protocol):
    """`ask` may be called again once it has returned."""

    def __init__(self) -> None:
        self._received = b""
        self._asked_at = 0.0
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def connect(cls, host: str, port: int) -> Self:
        _, exchange = await asyncio.get_running_loop().create_connection(cls, host, port)
        return exchange

    async def ask(self, request: bytes) -> Answer:
        """Raises `Unexpected` when the connection is lost."""
        if self._transport is None or self._transport.is_closing():
            raise Unexpected("the server closed a connection")
        self._answer = asyncio.get_running_loop().create_future()
        self._asked_at = perf_counter()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are the real thing without being instances of asyncio's class.
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        start = body_at(self._received)
        if start is not None and self._answer is not None and not self._answer.done():
            whole, self._received = self._received, b""
            self._answer.set_result(Answer(whole[:start], whole[start:], perf_counter() - self._asked_at))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Unexpected(f"the server closed a connection: {exc}"))
