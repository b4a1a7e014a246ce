"""Folding: what is looked for meets what is looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.folding import begun, fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("La Bohème", "la boheme"),
        ("BOHE\u0300ME", "boheme"),
        ("Ærø, Łódź, Straße, Þór, œuvre", "aero, lodz, strasse, thor, oeuvre"),
        ("İstanbul ıslak", "istanbul islak"),
        ("ﬁnale", "finale"),
        ("Ђоковић", "ђоковић"),
        ("ΑΘΉΝΑ", "αθηνα"),
        ("", ""),
    ],
)
def test_accents_capitals_and_ligatures_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sant'Aurelio", ["sant", "aurelio"]),
        ("a_b-c&d", ["a", "b", "c", "d"]),
        ("芸術劇場 Hall", ["芸", "術", "劇", "場", "hall"]),
        ("नमस्ते", ["नमसते"]),
        ("' & | ! () :* 🎭", []),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_words_are_letters_and_digits_only(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words(" ".join(words(text))) == words(text)


@given(st.text())
def test_no_word_has_a_sign_that_means_something_to_a_search(text: str) -> None:
    assert not set("".join(words(text))) & set("'\\:*&|!()<> \x00")


@given(text=st.text(alphabet=st.characters(codec="latin-1")))
def test_words_are_found_where_they_stand(text: str) -> None:
    for word in words(text):
        found = [text[start:end] for start, end in begun(text, (word,))]
        assert found
        assert all(any(each.startswith(word) for each in words(piece)) for piece in found)
