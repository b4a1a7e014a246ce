"""No body larger than the limit gets past here, whether its size was announced or not, and none that is compressed."""

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


class BodyLimit:
    """Answers 413 to a body of more than `bytes_max` bytes.

    A compressed body is answered 415 and never inflated: a thousand bytes of it may be a million.
    """

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            if headers.get(b"content-encoding", IDENTITY).lower() != IDENTITY:
                raise Problem(ENCODED)
            announced = headers.get(b"content-length")
            if announced is None:
                receive = self._counting(receive)
            elif not announced.isdigit() or int(announced[:20]) > self._bytes_max:
                raise self._too_large()
        await self._app(scope, receive, send)

    def _counting(self, receive: Receive) -> Receive:
        # A server holds a client to the length it announced, so only chunked bodies need counting.
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._bytes_max:
                raise self._too_large()
            return message

        return count

    def _too_large(self) -> HTTPException:
        # Not a Problem: FastAPI reads bodies inside an `except Exception`, and only lets its own kind through.
        return HTTPException(413, f"At most {self._bytes_max} bytes are accepted.")
