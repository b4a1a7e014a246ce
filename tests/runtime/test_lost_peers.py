"""Who vanishes without a farewell is noticed: by what is not acknowledged, or by asking where nothing is said."""

import asyncio
import socket

import pytest

from runtime.lost_peers import Patience, notice_when_lost
from runtime.serving import OF_CLIENTS, bind
from tests.chaos.world.black_hole import WHY_NOT, swallow

pytestmark = pytest.mark.skipif(WHY_NOT != "", reason=WHY_NOT)

SOON = Patience(idle_seconds=1, again_seconds=1, asks=1, unacknowledged_seconds=1)
SECONDS_MAX = 10.0
"""Two seconds, and what a busy machine adds."""


class Accepted(asyncio.Protocol):
    """The server's end: says something every now and then, as a live stream does, or nothing at all."""

    def __init__(self, says: bytes) -> None:
        self._says = says
        self.lost: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say()

    def _say(self) -> None:
        if self._says and not self.lost.done():
            self._transport.write(self._says)
            asyncio.get_running_loop().call_later(0.1, self._say)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost.set_result(error)


@pytest.mark.parametrize("says", [b"still here\n", b""], ids=["a stream", "nothing to say"])
async def test_a_client_that_vanishes_is_let_go_of(says: bytes) -> None:
    loop = asyncio.get_running_loop()
    accepted = Accepted(says)
    listener = socket.create_server(("127.0.0.1", 0))
    notice_when_lost(listener, SOON)
    server = await loop.create_server(lambda: accepted, sock=listener)
    _, client = await asyncio.open_connection(*listener.getsockname())
    swallow(client.get_extra_info("socket"))
    try:
        error = await asyncio.wait_for(accepted.lost, SECONDS_MAX)
        assert isinstance(error, TimeoutError)
    finally:
        client.transport.abort()
        server.close()
        await server.wait_closed()


def test_whoever_is_accepted_is_watched_as_the_listening_socket_says() -> None:
    listener = bind("127.0.0.1", 0)
    listener.setblocking(True)
    with listener, socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
        assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        unacknowledged = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        assert unacknowledged == OF_CLIENTS.unacknowledged_seconds * 1000
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == OF_CLIENTS.idle_seconds


def test_a_unix_socket_is_left_alone() -> None:
    one, other = socket.socketpair()
    with one, other:
        notice_when_lost(one, SOON)
        assert one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0
