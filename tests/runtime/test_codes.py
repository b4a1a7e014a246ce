"""Codes as people write them."""

import pytest

from runtime.codes import CODE_CHARS_MAX, signs


@pytest.mark.parametrize("written", ["7KQ2-M9XD", "7kq2-m9xd", " 7KQ2 M9XD ", "7kq2m9xd", "7KQ2–M9XD"])
def test_a_code_is_its_signs(written: str) -> None:
    assert signs(written) == "7kq2m9xd"


def test_what_has_no_sign_is_no_code() -> None:
    assert signs(" - \u200b") == ""
    assert len(signs("\ufdfa" * 200)) == CODE_CHARS_MAX
