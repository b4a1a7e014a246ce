"""What a connection hears whose request never becomes one."""

from http import HTTPStatus

from runtime.ids import new_id
from runtime.problems import MEDIA_TYPE, ProblemDetail, come_back_later, problem_body

MALFORMED = ProblemDetail(400, "malformed-request", "This is not an HTTP request")
PIPELINED = ProblemDetail(
    400, "too-many-pipelined", "Too many requests were sent without waiting for an answer"
)
UPGRADE = ProblemDetail(
    400,
    "upgrade-not-supported",
    "This server speaks nothing but HTTP/1.1",
    "Send the request without an Upgrade header.",
)
TOO_SLOW = ProblemDetail(408, "request-timeout", "The request took too long to arrive")
URL_TOO_LONG = ProblemDetail(414, "url-too-long", "The URL is longer than this server accepts")
HEAD_TOO_LARGE = ProblemDetail(
    431, "headers-too-large", "The headers are more, or larger, than this server accepts"
)
FULL = come_back_later(
    "too-many-connections",
    "Too many connections are open",
    "This server, or your address, holds as many as it may. Use connections again, or try later.",
    5,
)


def refusal(answer: ProblemDetail) -> bytes:
    """The whole answer, after which the connection ends."""
    body = problem_body(answer, new_id())
    headers = {
        "content-type": MEDIA_TYPE,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "connection": "close",
        **answer.headers,
    }
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += (f"{name}: {value}" for name, value in headers.items())
    return "\r\n".join((*lines, "", "")).encode() + body
