"""The head of a request may be so large and take so long."""

import asyncio
import json

import pytest

from tests.runtime.connections.conftest import Raw, Serving

pytestmark = pytest.mark.usefixtures("own_logging")


def problem(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head
    document = json.loads(body)
    assert document["request_id"]
    return int(head.split(b" ")[1]), document["code"]


async def test_a_request_within_the_limits_is_served_again_and_again(serving: Serving) -> None:
    async with serving() as server:
        raw = await server.connect()
        for number in range(3):
            await raw.send(f"GET /small?{number} HTTP/1.1", "Host: t")
            assert (await raw.until(b'"%d"' % number)).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("pieces", [1, 7])
async def test_headers_with_too_many_bytes_are_refused(serving: Serving, pieces: int) -> None:
    async with serving(head_max_bytes=2000) as server:
        raw = await server.connect()
        await raw.write(b"GET /small HTTP/1.1\r\n")
        for _ in range(pieces):
            await raw.write(b"X: " + b"y" * (2100 // pieces) + b"\r\n")
        await raw.write(b"\r\n")
        assert problem(await raw.end()) == (431, "headers-too-large")


async def test_a_header_that_never_ends_is_not_gathered(serving: Serving) -> None:
    async with serving(head_max_bytes=2000, head_seconds_max=60) as server:
        raw = await server.connect()
        await raw.write(b"GET /small HTTP/1.1\r\nX: " + b"y" * 1000)
        await raw.write(b"y" * 1000)
        assert problem(await raw.end()) == (431, "headers-too-large")


async def test_a_body_does_not_count_as_head(serving: Serving) -> None:
    async with serving(head_max_bytes=2000) as server:
        raw = await server.connect()
        body = b"z" * 20_000
        await raw.send("POST /echo HTTP/1.1", "Content-Length: 20000", body=body)
        assert (await raw.until(body)).startswith(b"HTTP/1.1 200")
        await raw.send("POST /echo HTTP/1.1", "Content-Length: 20000", body=body)
        assert (await raw.until(body)).startswith(b"HTTP/1.1 200")


async def test_too_many_headers_are_refused(serving: Serving) -> None:
    async with serving(headers_max=20) as server:
        raw = await server.connect()
        await raw.send("GET /small HTTP/1.1", *("a: b" for _ in range(20)))
        assert b"200 OK" in await raw.until(b'""')
        await raw.send("GET /small HTTP/1.1", *("a: b" for _ in range(21)))
        assert problem(await raw.end()) == (431, "headers-too-large")


@pytest.mark.parametrize("ended", [True, False])
async def test_a_url_that_is_too_long_is_refused(serving: Serving, ended: bool) -> None:
    async with serving(url_max_bytes=500, head_max_bytes=1500, head_seconds_max=60) as server:
        raw = await server.connect()
        await raw.write(b"GET /small?" + b"q" * 1000)
        await raw.write(b" HTTP/1.1\r\n\r\n" if ended else b"q" * 1000)
        assert problem(await raw.end()) == (414, "url-too-long")


async def test_what_is_no_http_is_refused_without_a_line_in_the_log(
    serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as server:
        for nonsense in (
            b"\x16\x03\x01\x02\x00\x01",
            b"ana@example.org\r\n\r\n",
            b"GET /\xff HTTP/1.1\r\n\r\n",
        ):
            raw = await server.connect()
            await raw.write(nonsense)
            assert problem(await raw.end()) == (400, "malformed-request")
    assert caplog.text == ""


async def test_a_head_that_comes_too_slowly_is_cut_off(serving: Serving) -> None:
    async with serving(head_seconds_max=0.2) as server:
        raw = await server.connect()
        await raw.write(b"GET /small HTTP/1.1\r\nX: y\r\n")
        assert problem(await raw.end()) == (408, "request-timeout")


async def dripping(raw: Raw, piece: bytes) -> bytes:
    """What comes while `piece` is sent again and again, as soon as the server has taken it."""
    ending = asyncio.create_task(raw.end())
    while not ending.done():
        try:
            await raw.write(piece)
        except ConnectionError:
            break
        await asyncio.wait([ending], timeout=0.02)
    return await ending


async def test_sending_a_little_now_and_then_buys_no_time(serving: Serving) -> None:
    async with serving(head_seconds_max=0.3) as server:
        raw = await server.connect()
        await raw.write(b"GET /small HTTP/1.1\r\n")
        assert problem(await dripping(raw, b"X: y\r\n")) == (408, "request-timeout")


async def test_a_connection_on_which_nothing_is_ever_said_is_closed(serving: Serving) -> None:
    async with serving(head_seconds_max=0.2) as server:
        raw = await server.connect()
        assert await raw.end() == b""


@pytest.mark.parametrize("noise", [b"", b"\r\n"])
async def test_an_idle_connection_is_closed_whatever_noise_it_makes(serving: Serving, noise: bytes) -> None:
    async with serving(keep_alive_seconds=0.3, head_seconds_max=0.5) as server:
        raw = await server.connect()
        await raw.send("GET /small HTTP/1.1")
        await raw.until(b'""')
        assert await dripping(raw, noise) == b""


async def test_requests_sent_without_waiting_are_bounded(serving: Serving) -> None:
    async with serving() as server:
        raw = await server.connect()
        await raw.write(b"GET /small HTTP/1.1\r\n\r\n" * 10)
        for _ in range(10):
            await raw.until(b'""')
        await raw.write(b"GET /small HTTP/1.1\r\n\r\n" * 1000)
        assert (await raw.end()).count(b"200 OK") < 100


async def test_a_wish_for_another_protocol_is_answered_as_a_request_and_ends_the_connection(
    serving: Serving,
) -> None:
    async with serving() as server:
        raw = await server.connect()
        await raw.send("GET /small?a HTTP/1.1", "Connection: upgrade", "Upgrade: websocket")
        answer = await raw.end()
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b'"a"')
        # The parser would take the body away.
        raw = await server.connect()
        await raw.send(
            "POST /echo HTTP/1.1", "Connection: upgrade", "Upgrade: h2c", "Content-Length: 2", body=b"hi"
        )
        assert problem(await raw.end()) == (400, "upgrade-not-supported")


async def test_a_client_on_this_machine_cannot_say_that_it_is_another(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    async with serving() as server:
        raw = await server.connect()
        forged = ("X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "Forwarded: for=203.0.113.9")
        await raw.send("GET /whence HTTP/1.1", *forged)
        assert await raw.until(b"]")
        await raw.send("GET /whence HTTP/1.1", *forged, "Connection: close")
        assert (await raw.end()).endswith(b'["127.0.0.1","http"]')
