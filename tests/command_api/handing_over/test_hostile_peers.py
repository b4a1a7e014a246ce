"""Whoever says what makes no sense is cut off; all others are served as ever."""

import asyncio
from contextlib import suppress

import msgspec
import pytest

from command_api.handing_over import framing, receiving
from command_api.handing_over.framing import ENCODER
from command_api.handing_over.wire import RELEASE, Asked, Forget, Frame, Greeting, Leaving, Ping
from domain.show.commands import BookSeats
from tests.command_api.handing_over.host import SECONDS_MAX, Host, host
from tests.command_api.writing.unreliable import Held, Unreliable
from tests.command_api.writing.words import SHOW_ID, book, schedule

HELLO = Greeting(RELEASE)


def framed(*frames: Frame) -> bytes:
    encoded = [ENCODER.encode(frame) for frame in frames]
    return b"".join(len(each).to_bytes(4, "little") + each for each in encoded)


def asking(number: int, command: BookSeats, name: str = "BookSeats") -> Asked:
    raw = msgspec.Raw(ENCODER.encode(command))
    return Asked(number, name, raw, None, "", f"00000000-0000-0000-0000-{number:012}", None, b"{}", None, 9.0)


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x00\x00\x00\x00",
        b"\x01\x00\x00\x00\xc1",
        b"\xff\xff\xff\xff",
        framed(asking(1, book())),
        framed(Greeting(b"another release"), asking(1, book())),
        framed(HELLO, asking(1, book(), "CancelShow")),
        framed(HELLO, asking(1, book(), "ConfirmBooking"), asking(1, book())),
        framed(HELLO, Leaving()),
    ],
)
async def test_nonsense_ends_the_link_it_comes_on_and_no_other(said: bytes) -> None:
    store = Unreliable()
    async with host(store, SHOW_ID) as two:
        await two.owner.desk.ask(schedule(10))
        held = Held()
        store.coming.append(held)
        sent = two.asker.ask(book())
        await held.reached.wait()
        reader, writer = await connected(two)
        writer.write(said)
        async with asyncio.timeout(SECONDS_MAX):
            with suppress(ConnectionResetError):
                await reader.read()
        writer.close()
        held.let_go.set()
        assert (await sent).answer.status == 201
        assert (await two.asker.ask(book())).answer.status == 201


async def test_what_was_asked_before_and_is_not_decided_yet_is_dropped_with_the_link() -> None:
    store = Unreliable()
    async with host(store, SHOW_ID) as two:
        await two.owner.desk.ask(schedule(10))
        held = Held()
        store.coming.append(held)
        sent = two.asker.ask(book())
        await held.reached.wait()
        reader, writer = await connected(two)
        writer.write(framed(HELLO, asking(1, book()), Forget(7), asking(1, book())))
        async with asyncio.timeout(SECONDS_MAX):
            with suppress(ConnectionResetError):
                await reader.read()
        writer.close()
        held.let_go.set()
        await sent
        assert len(store.booked) == 1


async def test_whoever_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "UNREAD_BYTES_MAX", 100_000)
    monkeypatch.setattr(receiving, "UNDER_WAY_MAX", 0)
    store = Unreliable()
    async with host(store, SHOW_ID) as two:
        _, writer = await connected(two)
        writer.write(framed(HELLO))
        pings = framed(*[Ping() for _ in range(50_000)])
        async with asyncio.timeout(SECONDS_MAX):
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                await without_end(writer, pings)
        assert two.asker.links == 1


async def without_end(writer: asyncio.StreamWriter, said: bytes) -> None:
    while True:
        writer.write(said)
        await writer.drain()


async def connected(two: Host) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    # A reader that takes nothing in until it is asked.
    return await asyncio.open_unix_connection(two.owner.place.socket(two.owner.place.number), limit=1)
