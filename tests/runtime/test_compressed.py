"""Large answers are compressed for whoever takes it."""

import gzip

import pytest
from starlette.requests import Request
from starlette.responses import Response

from runtime.http.compressed import BYTES_MIN, compressed

LARGE = b"f" * BYTES_MIN


def answered(accepts: str | None, body: bytes = LARGE) -> Response:
    headers = [] if accepts is None else [(b"accept-encoding", accepts.encode())]
    return compressed(Request({"type": "http", "headers": headers}), Response(body))


@pytest.mark.parametrize(
    "accepts", ["gzip", "br, GZIP;q=0.5", "*", "deflate, *;q=0.1", "gzip;q=1.0,identity;q=0"]
)
def test_it_is_for_who_takes_gzip(accepts: str) -> None:
    answer = answered(accepts)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert gzip.decompress(bytes(answer.body)) == LARGE
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepts", [None, "", "br", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "xgzip"])
def test_it_is_not_for_others(accepts: str | None) -> None:
    answer = answered(accepts)
    assert "content-encoding" not in answer.headers
    assert answer.body == LARGE
    assert answer.headers["vary"] == "Accept-Encoding"


def test_small_answers_stay_as_they_are() -> None:
    assert "content-encoding" not in answered("gzip", LARGE[1:]).headers
