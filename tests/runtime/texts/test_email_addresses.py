"""One mailbox is one account, however its address is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.texts.email_addresses import account_key, email_address


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("ana@example.org", "ana@example.org"),
        (" Ana.Ruiz+tickets@Example.ORG ", "ana.ruiz+tickets@example.org"),
        ("o'brien_{x}@sub.example.co.uk", "o'brien_{x}@sub.example.co.uk"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@bu\u0308cher.example", "ana@xn--bcher-kva.example"),
        ("ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
        ("ana@ｅｘａｍｐｌｅ.org", "ana@example.org"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("用户@例え.テスト", "用户@xn--r8jz45g.xn--zckzah"),
        ("zoe\u0308@example.org", "zoë@example.org"),
        ("ZOË@example.org", "zoë@example.org"),
        ("ιωάννης@example.org", "ιωάννης@example.org"),
    ],
)
def test_an_address_has_one_form(written: str, form: str) -> None:
    assert email_address(written) == form
    assert email_address(form) == form
    assert account_key(written) == form


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "ana",
        "ana@localhost",
        "@example.org",
        "ana@",
        "ana@@example.org",
        "a b@example.org",
        "ana\u200b@example.org",
        "an\u200da@example.org",
        "ana@exa\u200bmple.org",
        "ana@exa\u200dmple.org",
        "\u202eana@example.org",
        "ana\x00@example.org",
        "ana\r\nBcc: all@example.org",
        "ａna@example.org",
        "ﬁona@example.org",
        "аna@example.org",
        "ana@-example.org",
        "ana@example..org",
        "ana@.example.org",
        "ana@example.org.",
        "ana@exa!mple.org",
        "ana@xn--.org",
        "ana@xn--zzzzzz-.org",
        "ana@" + "a" * 64 + ".org",
        "a" * 65 + "@example.org",
        "ana@" + "a." * 130 + "org",
        "ana@\u0338example.org",
        "ana@ex" + "ü" * 62 + ".org",
    ],
)
def test_what_is_none_or_looks_like_another_is_refused(odd: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        email_address(odd)
    assert account_key(odd) == odd.strip().lower()


@given(st.text(max_size=30), st.text(max_size=40))
def test_the_form_of_a_form_is_itself(local: str, domain: str) -> None:
    try:
        address = email_address(f"{local}@{domain}.example")
    except ValueError:
        return
    assert email_address(address) == address
    assert address.partition("@")[2].isascii()
    assert len(address) <= 254


@given(st.text(max_size=300))
def test_nothing_is_too_odd_to_be_looked_up(text: str) -> None:
    assert isinstance(account_key(text), str)


def test_a_very_long_one_is_refused() -> None:
    for long in ("ü" * 10_000 + "@example.org", "a@" + "ü" * 10_000 + ".org", "a@" + "ü." * 5_000 + "org"):
        with pytest.raises(ValueError, match="address"):
            email_address(long)
