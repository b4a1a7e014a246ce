"""No body larger than the limit gets past here, whether its size was announced or not, and none that is compressed."""

from collections.abc import Awaitable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.problems import Problem, ProblemDetail

ENCODED = ProblemDetail(
    415,
    "unsupported-content-encoding",
    "Bodies are taken as they are",
    "Send the body uncompressed, without Content-Encoding.",
    headers={"Accept-Encoding": "identity"},
)

IDENTITY = b"identity"

STRANGERS_BYTES_MAX = 32 * 1024
"""What anybody may send unasked. To find all that is wrong with a megabyte takes a second, in which nobody else is
served; a name, an address and a password of the longest kind are half of this."""


class BodyLimit:
    """Answers 413 to a body of more than `bytes_max` bytes.

    A compressed body is answered 415 and never inflated: a thousand bytes of it may be a million.
    Like `RateLimited` it is no coroutine.
    """

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            if headers.get(b"content-encoding", IDENTITY).lower() != IDENTITY:
                raise Problem(ENCODED)
            receive = _held_to(self._bytes_max, headers.get(b"content-length"), receive)
        return self._app(scope, receive, send)


def strangers(scope: Scope, receive: Receive) -> Receive:
    """The body of somebody who has not signed in. Raises 413 when it is announced, or turns out, to be long."""
    return _held_to(STRANGERS_BYTES_MAX, dict(scope["headers"]).get(b"content-length"), receive)


def _held_to(bytes_max: int, announced: bytes | None, receive: Receive) -> Receive:
    # A server holds a client to the length it announced, so only chunked bodies need counting.
    if announced is None:
        return _counting(bytes_max, receive)
    if not announced.isdigit() or int(announced[:20]) > bytes_max:
        raise _too_large(bytes_max)
    return receive


def _counting(bytes_max: int, receive: Receive) -> Receive:
    received = 0

    async def count() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > bytes_max:
            raise _too_large(bytes_max)
        return message

    return count


def _too_large(bytes_max: int) -> HTTPException:
    # Not a Problem: FastAPI reads bodies inside an `except Exception`, and only lets its own kind through.
    return HTTPException(413, f"At most {bytes_max} bytes are accepted.")
