"""The body of a request must come, and its bounds must be told once."""

import asyncio

import pytest

from tests.runtime.connections.conftest import DEADLINE_SECONDS, Serving
from tests.runtime.connections.test_heads import dripping, problem

pytestmark = pytest.mark.usefixtures("own_logging")


@pytest.mark.parametrize("length", ["Content-Length: 10", "Transfer-Encoding: chunked"])
async def test_a_body_that_never_comes_is_not_waited_for(serving: Serving, length: str) -> None:
    async with serving(body_seconds_max=0.2) as server:
        raw = await server.connect()
        await raw.send("POST /echo HTTP/1.1", length, body=b"1\r\n")
        assert await raw.end() == b""
        async with asyncio.timeout(DEADLINE_SECONDS):
            await server.gone.wait()


async def test_chunks_without_end_buy_no_time(serving: Serving) -> None:
    async with serving(body_seconds_max=0.3) as server:
        raw = await server.connect()
        await raw.send("POST /echo HTTP/1.1", "Transfer-Encoding: chunked")
        assert await dripping(raw, b"1\r\nx\r\n") == b""


async def test_chunks_after_the_answer_are_not_taken_for_long(serving: Serving) -> None:
    async with serving() as server:
        raw = await server.connect()
        await raw.send("POST /nowhere HTTP/1.1", "Transfer-Encoding: chunked")
        assert b"404" in await raw.until(b"}")
        assert await dripping(raw, b"1\r\nx\r\n") == b""


async def test_a_body_beyond_the_limit_is_refused_before_it_is_whole(serving: Serving) -> None:
    async with serving() as server:
        raw = await server.connect()
        await raw.send("POST /echo HTTP/1.1", "Transfer-Encoding: chunked")
        answer = await dripping(raw, b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        assert b"413" in answer[:20]
        assert b"body-too-large" in answer


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5, 5",),
        ("Content-Length: +5",),
        ("Content-Length: 0x5",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding:\x0bchunked",),
        ("X: y\nTransfer-Encoding: chunked",),
        ("Content-Length: 5", " folded: yes"),
    ],
)
async def test_a_length_that_two_readers_could_read_differently_is_refused(
    serving: Serving, lines: tuple[str, ...]
) -> None:
    async with serving(body_seconds_max=1) as server:
        raw = await server.connect()
        await raw.send("POST /echo HTTP/1.1", *lines, body=b"0\r\n\r\nGET /small?smuggled HTTP/1.1\r\n\r\n")
        answer = await raw.end()
        assert problem(answer) == (400, "malformed-request")
        assert b"smuggled" not in answer


@pytest.mark.parametrize("chunk", [b"zz\r\n", b"-1\r\n", b"fffffffffffffffff\r\nx", b"1\r\nxx\r\n"])
async def test_chunks_that_are_none_end_the_connection(serving: Serving, chunk: bytes) -> None:
    async with serving() as server:
        raw = await server.connect()
        await raw.send("POST /echo HTTP/1.1", "Transfer-Encoding: chunked", body=chunk)
        assert b"200 OK" not in await raw.end()
