"""Which answers a client has already, by the header that says so."""

import pytest

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
