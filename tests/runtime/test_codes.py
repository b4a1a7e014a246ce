"""Codes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.codes import CODE_CHARS_MAX, signs


@pytest.mark.parametrize("written", ["7KQ2-M9XD", "7kq2-m9xd", " 7KQ2 M9XD ", "7kq2m9xd", "7KQ2–M9XD"])
def test_a_code_is_its_signs(written: str) -> None:
    assert signs(written) == "7kq2m9xd"


def test_what_has_no_sign_is_no_code() -> None:
    assert signs(" - \u200b") == ""
    assert len(signs("\ufdfa" * 200)) == CODE_CHARS_MAX


@given(st.text(max_size=100))
def test_the_signs_of_a_code_are_a_code_of_the_same_signs(text: str) -> None:
    assert signs(signs(text)) == signs(text)
    assert len(signs(text)) <= CODE_CHARS_MAX
