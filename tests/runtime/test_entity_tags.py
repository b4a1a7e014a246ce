"""Which answers a client has already, by the header that says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.http.entity_tags import is_any, is_known


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        ("", False),
        ('W/"7.8"', True),
        ('"7.8"', True),
        ('"a", W/"7.8"', True),
        ('W/"7.8","b"', True),
        ('"7"', False),
        ('"7.80"', False),
        ('"17.8"', False),
        ("7.8", False),
        ("*", False),
    ],
)
def test_a_tag_is_known_when_it_is_named_weak_or_strong(header: str | None, known: bool) -> None:
    for tag in ('W/"7.8"', '"7.8"'):
        assert is_known(header, tag) is known


@pytest.mark.parametrize(("header", "anything"), [("*", True), (" * ", True), ('"*"', False), (None, False)])
def test_a_star_is_any_answer(header: str | None, anything: bool) -> None:
    assert is_any(header) is anything


TAGS = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters='"'), max_size=12)


@given(st.lists(st.tuples(st.booleans(), TAGS), max_size=4), TAGS)
def test_whatever_tags_are_named_exactly_those_are_known(named: list[tuple[bool, str]], other: str) -> None:
    header = ", ".join(f'{"W/" * weak}"{tag}"' for weak, tag in named)
    assert all(is_known(header, f'W/"{tag}"') for _, tag in named)
    assert is_known(header, f'"{other}"') == (other in [tag for _, tag in named])


@given(st.text(st.characters(max_codepoint=255), max_size=40) | st.text('W/"7.8*, ', max_size=30))
def test_no_header_is_too_odd(header: str) -> None:
    assert not is_known(header, '"7.8"') or '"7.8"' in header
    assert is_any(header) is (header.strip() == "*")
