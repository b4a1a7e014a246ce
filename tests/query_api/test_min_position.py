"""A position as a client writes it: a whole number of 64 bits in its plain form, or 422."""

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from query_api.min_position import HEADER, PARAMETER, POSITION_MAX, min_position

POSITIONS = st.integers(0, POSITION_MAX)


def asking(header: str | None, query: str | None) -> Request:
    headers = [] if header is None else [(HEADER.lower().encode(), header.encode("latin-1"))]
    text = "" if query is None else urlencode({PARAMETER: query})
    return Request({"type": "http", "headers": headers, "query_string": text.encode()})


@given(POSITIONS | st.none(), POSITIONS | st.none())
def test_the_larger_of_the_two_counts(header: int | None, query: int | None) -> None:
    written = [None if each is None else str(each) for each in (header, query)]
    assert min_position(asking(*written)) == max(header or 0, query or 0)


@given(
    st.text(st.characters(max_codepoint=255), max_size=24) | st.text("0123456789+-_.e ", max_size=24),
    st.booleans(),
)
@example(str(POSITION_MAX + 1), True)
@example("9" * 5_000, False)
@example("nan", True)
def test_any_other_text_is_a_position_or_refused(text: str, in_header: bool) -> None:
    # Anything but this refusal would have been an answer of 500.
    with suppress(RequestValidationError):
        assert 0 <= min_position(asking(text, None) if in_header else asking(None, text)) <= POSITION_MAX


def test_a_refusal_says_where_the_text_stands() -> None:
    for request, place in (
        (asking("x", None), ("header", HEADER)),
        (asking(None, "x"), ("query", PARAMETER)),
    ):
        with pytest.raises(RequestValidationError) as refused:
            min_position(request)
        assert [one["loc"] for one in refused.value.errors()] == [place]


def test_nothing_asked_is_any_position() -> None:
    assert min_position(asking(None, None)) == 0
    with pytest.raises(RequestValidationError):
        min_position(asking("-1", "7"))
