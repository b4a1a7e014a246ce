"""A wire does to what passes what it is told to do."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.chaos.world.black_hole import WHY_NOT
from tests.chaos.world.wire import Wire

SECONDS_MAX = 60.0

dropping = pytest.mark.skipif(WHY_NOT != "", reason=WHY_NOT)


class Echo:
    """A server that repeats what it hears, and knows what it heard."""

    def __init__(self) -> None:
        self.heard = b""
        self.has_heard = asyncio.Event()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            self.heard += data
            self.has_heard.set()
            writer.write(data)
        writer.close()


@asynccontextmanager
async def wired() -> AsyncIterator[tuple[Wire, Echo]]:
    echo = Echo()
    server = await asyncio.start_server(echo.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    wire = Wire(lambda: asyncio.open_connection("127.0.0.1", port))
    await wire.start()
    try:
        async with asyncio.timeout(SECONDS_MAX):
            yield wire, echo
    finally:
        await wire.close()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def line(wire: Wire) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def test_what_is_said_arrives_and_the_answer_comes_back() -> None:
    async with wired() as (wire, _), line(wire) as (reader, writer):
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"


async def test_a_cut_ends_what_there_is_and_lets_nobody_in_until_it_is_mended() -> None:
    async with wired() as (wire, _):
        async with line(wire) as (reader, writer):
            writer.write(b"a")
            await reader.readexactly(1)
            wire.cut()
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
        async with line(wire) as (reader, _):
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
        wire.mend()
        async with line(wire) as (reader, writer):
            writer.write(b"b")
            assert await reader.readexactly(1) == b"b"


async def test_what_is_held_up_arrives_late_and_whole() -> None:
    async with wired() as (wire, echo), line(wire) as (reader, writer):
        writer.write(b"a")
        await reader.readexactly(1)
        wire.hold()
        writer.write(b"b")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await reader.readexactly(1)
        assert echo.heard == b"a"
        wire.mend()
        assert await reader.readexactly(1) == b"b"


async def test_a_mute_wire_carries_what_is_asked_and_loses_the_answer_for_good() -> None:
    async with wired() as (wire, echo), line(wire) as (reader, writer):
        wire.mute()
        writer.write(b"lost")
        await echo.has_heard.wait()
        while wire.swallowed < 4:  # noqa: ASYNC110 - the wire sets no Event
            await asyncio.sleep(0)
        wire.mend()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        assert echo.heard == b"lost"


async def test_a_slow_wire_takes_its_time_both_ways() -> None:
    async with wired() as (wire, _), line(wire) as (reader, writer):
        wire.slow(0.02)
        began = asyncio.get_running_loop().time()
        writer.write(b"a")
        await reader.readexactly(1)
        assert asyncio.get_running_loop().time() - began >= 0.04


async def test_where_nobody_listens_the_line_ends() -> None:
    async def nowhere() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        raise ConnectionRefusedError

    wire = Wire(nowhere)
    await wire.start()
    async with line(wire) as (reader, _):
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
    await wire.close()


@dropping
async def test_what_is_sent_into_a_black_hole_arrives_when_it_is_mended() -> None:
    async with wired() as (wire, echo), line(wire) as (reader, writer):
        writer.write(b"one")
        assert await reader.readexactly(3) == b"one"
        wire.vanish()
        echo.has_heard.clear()
        writer.write(b"two")
        asked = asyncio.create_task(asyncio.open_connection("127.0.0.1", wire.port))
        await asyncio.wait((asked,), timeout=0.3)
        assert not echo.has_heard.is_set(), "it has arrived"
        assert not asked.done(), "a connection was made"
        wire.mend()
        assert await reader.readexactly(3) == b"two"
        (await asked)[1].transport.abort()


@dropping
async def test_a_black_hole_says_nothing_and_only_the_kernel_notices() -> None:
    async with wired() as (wire, _), line(wire) as (reader, writer):
        writer.write(b"one")
        assert await reader.readexactly(3) == b"one"
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 300)
        wire.vanish()
        writer.write(b"two")
        with pytest.raises(TimeoutError):
            await reader.readexactly(3)
