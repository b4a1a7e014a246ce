"""`Accept`, as far as a table has two forms."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from runtime.http.csv_wanted import wants_csv

QUALITIES = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


def accepting(accept: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept", accept.encode("latin-1"))]})


@given(QUALITIES, QUALITIES, st.booleans())
def test_csv_is_given_when_it_is_wanted_no_less_than_json(csv: float, json: float, first: bool) -> None:
    ranges = [f"text/csv;q={csv}", f"application/json; q={json}"]
    asked = ", ".join(ranges if first else ranges[::-1])
    assert wants_csv(accepting(asked), None) is (csv > 0 and csv >= json)


@given(st.text(st.characters(max_codepoint=255), max_size=60) | st.text("text/csv;q=0.1,* ", max_size=40))
@example("text/csv;q=nan")
@example("text/csv;q=" + "9" * 400)
@example("text/csv;;q=1;q")
@example(",;,")
def test_no_header_is_too_odd_and_csv_has_to_be_named(accept: str) -> None:
    assert not wants_csv(accepting(accept), None) or "text/csv" in accept.lower()
    assert wants_csv(accepting(accept), "csv")
    assert not wants_csv(accepting(accept), "json")


@pytest.mark.parametrize(
    "accept", ["text/csv;q=nan", "text/csv;q=inf", "text/csv;q=1_0", "text/csv;q=-1", "text/csv;q=2"]
)
def test_a_quality_that_is_none_wants_nothing(accept: str) -> None:
    assert not wants_csv(accepting(accept), None)
