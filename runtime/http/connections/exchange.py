"""One request and its answer: uvicorn's cycle, with the answer that is sent a thousand times a second made short.

uvicorn looks at each name and each value of the headers with a regular expression, which took a tenth of a small
request.
"""

from collections.abc import Awaitable, Generator
from typing import Any

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

FRAMING = frozenset({b"content-length", b"transfer-encoding", b"connection"})
WITHOUT_LENGTH = (204, 304)

# What no header may hold. A tabulator may stand in a value.
CONTROLS = bytes(sign for sign in range(32) if sign != 9) + b"\x7f"
LINE_END = b"\r\n"


class Nothing:
    """To be awaited where there is nothing to wait for: it costs no coroutine."""

    def __await__(self) -> Generator[Any, None, None]:
        return iter(())  # type: ignore[return-value]  # an iterator is all that is asked of


NOTHING = Nothing()


class Exchange(RequestResponseCycle):
    """Sends an answer whose head announces its length, to a client that keeps up, itself; and gives out a body that has
    come whole. All else is uvicorn's.
    """

    @override
    async def receive(self) -> Any:
        if (
            self.more_body
            or self.waiting_for_100_continue
            or self.disconnected
            or self.response_complete
            or not self.message_event.is_set()
        ):
            return await super().receive()
        # Whoever asks again waits until the client hangs up, or is answered.
        self.message_event.clear()
        self.flow.resume_reading()
        body, self.body = self.body, bytearray()
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    @override
    def send(self, message: Any) -> Awaitable[None]:  # type: ignore[override]  # it is awaited all the same
        if self.flow.write_paused or self.disconnected or self.scope["method"] == "HEAD":
            return super().send(message)
        if message["type"] == "http.response.start" and not self.response_started:
            return NOTHING if self._begin(message) else super().send(message)
        body = message.get("body", b"")
        if (
            message["type"] != "http.response.body"
            or self.response_complete
            or self.chunked_encoding is not False
            or message.get("more_body")
            or len(body) != self.expected_content_length
        ):
            return super().send(message)
        self.expected_content_length = 0
        self.transport.write(body)
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
        return NOTHING

    def _begin(self, message: Any) -> bool:
        """Write the head; False when it is none of the plain ones."""
        headers = [*self.default_headers, *message["headers"]]
        lines, length = [STATUS_LINE[message["status"]]], None
        for name, value in headers:
            if name in FRAMING:
                if name != b"content-length" or length is not None:
                    return False
                length = int(value)
            lines += (name, b": ", value, LINE_END)
        if length is None or not self.keep_alive or message["status"] in WITHOUT_LENGTH:
            return False
        lines.append(LINE_END)
        head = b"".join(lines)
        # Names are ours; a value may hold what somebody sent. One that ends its line early shows in the count.
        if len(head) - len(head.translate(None, CONTROLS)) != 2 * len(headers) + 4:
            return False
        self.response_started = True
        self.waiting_for_100_continue = False
        self.chunked_encoding = False
        self.expected_content_length = length
        self.transport.write(head)
        return True
