"""An answer whose headers are written already."""

from starlette.responses import Response

Headers = list[tuple[bytes, bytes]]


class RawResponse(Response):
    """`headers` as they go over the wire, names in lower case. Made one by one they would cost three times as much."""

    def __init__(self, status: int, body: bytes, headers: Headers) -> None:
        self.status_code = status
        self.body = body
        self.raw_headers = headers
        self.background = None
