"""A client that does not take its answer is cut off; one that listens to a stream is not."""

import asyncio

import pytest

from tests.runtime.connections.conftest import BIG, DEADLINE_SECONDS, Raw, Serving

pytestmark = pytest.mark.usefixtures("own_logging")


async def test_an_answer_that_nobody_reads_is_given_up(serving: Serving) -> None:
    async with serving(stall_seconds_max=0.2) as server:
        raw = await server.connect()
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await raw.send("GET /big HTTP/1.1")
        async with asyncio.timeout(DEADLINE_SECONDS):
            # Written to until it breaks: the server has hung up although bytes of its answer are unread.
            with pytest.raises(ConnectionError):
                await written_for_ever(raw)


async def written_for_ever(raw: Raw) -> None:
    while True:
        await raw.write(b"\r\n")
        await asyncio.sleep(0)


async def test_a_client_that_reads_gets_all_of_it(serving: Serving) -> None:
    async with serving(stall_seconds_max=0.5) as server:
        raw = await server.connect()
        await raw.send("GET /big HTTP/1.1", "Connection: close")
        assert (await raw.end()).endswith(BIG)


async def test_a_live_stream_outlives_every_limit_on_time(serving: Serving) -> None:
    limits = {"head_seconds_max": 0.1, "body_seconds_max": 0.1, "stall_seconds_max": 0.1}
    async with serving(**limits, keep_alive_seconds=0.1) as server:
        raw = await server.connect()
        await raw.send("GET /live HTTP/1.1")
        for _ in range(10):
            await raw.until(b":\n\n")


async def test_a_client_that_leaves_before_its_first_answer_is_missed_there_whatever_waits_behind(
    serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as server:
        raw = await server.connect()
        await raw.send("GET /live HTTP/1.1", "Host: t")
        await raw.until(b"\r\n\r\n")
        await raw.send("GET /small HTTP/1.1", "Host: t")
        for _ in range(2):
            # By the second heartbeat what was sent before the first has been read.
            await raw.until(b":\n\n")
        await raw.close()
        async with asyncio.timeout(DEADLINE_SECONDS):
            while len(server.app.streams):  # noqa: ASYNC110 - the connection makes it so
                await asyncio.sleep(0)
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
