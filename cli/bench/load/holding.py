"""`python -m cli.bench.load.holding`: connections that are there and do little, until standard input ends.

A line on standard output when all are there, and at the end how many of each kind the server had not ended.
"""

import asyncio
import sys
from collections.abc import Callable

import orjson
from typing_extensions import override

from cli.bench.load.crowd import Crowd, Held
from runtime.open_files import allow_open_files
from runtime.serving import run

PER_ADDRESS = 2_000
"""This machine has a whole network of addresses to come from, and a server allows each only so many connections."""

AT_ONCE = 100
DRIP_SECONDS = 0.5
GET = "GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n"
HEAD = b"POST /api/v1/bookings HTTP/1.1\r\nHost: bench\r\nX-Slow: "
BODY = (
    b"POST /api/v1/bookings HTTP/1.1\r\nHost: bench\r\n"
    b"Content-Type: application/json\r\nContent-Length: 4096\r\n\r\n"
)


class _Standing(asyncio.Protocol):
    """Sends `first` when it is there. `began` resolves when anything came back, or at once where nothing will."""

    def __init__(self, first: bytes, *, hears: bool) -> None:
        self.is_open = True
        self.began: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.BaseTransport | None = None
        self._first = first
        self._hears = hears

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        if self._first:
            transport.write(self._first)  # type: ignore[attr-defined]
        if not self._hears:
            self.began.set_result(None)

    @override
    def data_received(self, data: bytes) -> None:
        if not self.began.done():
            self.began.set_result(None)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if not self.began.done():
            self.began.set_result(None)

    def drip(self) -> None:
        """One byte more of a head, or a body, that never ends."""
        if self.is_open and self.transport is not None:
            self.transport.write(b"x")  # type: ignore[attr-defined]


async def hold(crowd: Crowd) -> None:
    """Open them all, say so, and keep them until nobody wants them any more."""
    once, stream = GET.format(path="/livez").encode(), GET.format(path=crowd.stream_path).encode()
    kinds = {
        "idle": await _opened(crowd, crowd.idle, lambda: _Standing(once, hears=True)),
        "streams": await _opened(crowd, crowd.streams, lambda: _Standing(stream, hears=True)),
        "slow_heads": await _opened(crowd, crowd.slow, lambda: _Standing(HEAD, hears=False)),
        "slow_bodies": await _opened(crowd, crowd.slow, lambda: _Standing(BODY, hears=False)),
    }
    _tell(kinds)
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.readline)
    while not ended.done():
        for standing in (*kinds["slow_heads"], *kinds["slow_bodies"]):
            standing.drip()
        await asyncio.wait([ended], timeout=DRIP_SECONDS)
    _tell(kinds)
    for standing in (each for all_of_kind in kinds.values() for each in all_of_kind):
        if standing.transport is not None:
            standing.transport.abort()  # type: ignore[attr-defined]


async def _opened(crowd: Crowd, count: int, make: Callable[[], _Standing]) -> list[_Standing]:
    loop, room, made = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE), []

    async def one(number: int) -> None:
        async with room:
            here = (f"127.0.1.{1 + number // PER_ADDRESS}", 0)
            _, standing = await loop.create_connection(make, crowd.host, crowd.port, local_addr=here)
            await standing.began
            made.append(standing)

    await asyncio.gather(*(one(number) for number in range(count)))
    return made


def _tell(kinds: dict[str, list[_Standing]]) -> None:
    held = Held(**{kind: sum(each.is_open for each in standing) for kind, standing in kinds.items()})
    sys.stdout.buffer.write(orjson.dumps(held) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Hold one crowd."""
    allow_open_files()
    run(hold(Crowd(**orjson.loads(sys.stdin.buffer.readline()))))


if __name__ == "__main__":
    main()
