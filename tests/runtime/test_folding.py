"""Text as it is compared and searched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.folding import folded
from runtime.words import WORD_MAX_CHARS, signs, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La Bohème", "la boheme"),
        ("Straße", "strasse"),
        ("Øresund Łódź Đorđe", "oresund lodz dorde"),
        ("Æther Œuvre", "aether oeuvre"),
        ("DIYARBAKIR İstanbul ılık", "diyarbakir istanbul ilik"),
        ("\ufb01nale", "finale"),
        ("e\u0301", "e"),
        ("Ελλάς", "ελλασ"),
    ],
)
def test_accents_and_case_are_folded(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing_and_the_form_of_a_text_does_not_matter(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text)) == once


@given(st.text())
def test_words_have_letters_and_digits_only(text: str) -> None:
    assert all(word.isalnum() and len(word) <= WORD_MAX_CHARS for word in words(text))
    assert not set(signs(text)) - set("".join(folded(text)))


def test_words_are_parted_by_whatever_is_no_letter() -> None:
    assert words(" Jean-Luc  O'Brien, Ruiz_3A ") == ["jean", "luc", "o", "brien", "ruiz", "3a"]
    assert words("\u200b--") == []
    assert words("x" * 1000) == ["x" * WORD_MAX_CHARS]


def test_a_code_is_its_signs() -> None:
    assert signs("7kq2-m9xd") == signs(" 7KQ2 M9XD ") == "7kq2m9xd"
