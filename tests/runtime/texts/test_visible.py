"""What is seen is what is there."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.texts.visible import INVISIBLE, visible_line, visible_prose

PEOPLE = [
    "Ana Ruiz",
    "Zoë O’Brien-Łukasz",
    "Nguyễn Thị Ánh",
    "Владимир Щербаков",
    "Αλέξανδρος Παπαδόπουλος",
    "محمد رضا",
    "علی\u200cاکبر میرزایی",
    "שִׁירָה כֹּהֵן",
    "क्\u200dष नमस्ते",
    "ශ්\u200dරී ලංකා",
    "বাংলা",
    "ไพลิน ศรีสุข",
    "မြန်မာ",
    "한국 이름",
    "山田 太郎",
    "葛\U000e0100城",
    "ᠮᠣᠩᠭᠣᠯ\u180bᠤ",
    "ተስፋዬ",
    "👩\u200d🎤 live",
    "❤️\u200d🔥",
    "X Æ A-12",
]


@pytest.mark.parametrize("name", PEOPLE)
def test_names_of_every_script_pass_as_they_are(name: str) -> None:
    assert visible_line(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "hidden",
    [
        "An\u200ba",
        "An\u200da",
        "Ana\u200c",
        "\u200dAna",
        "Ана\u200d",
        "А\u200dна",
        "山\u200d田",
        "محمد\u200d\u200dرضا",
        "Ana\u2060",
        "\ufeffAna",
        "A\u00adna",
        "Ana\u200e",
        "\u202eanA",
        "\u2066Ana\u2069",
        "Ana\u3164",
        "\u2800",
        "Ana\U000e0041",
        "Ana\u2028Ruiz",
        "A\u034fna",
        "Ana\x00",
        "Ana\nRuiz",
        "Ana\x85",
        "A\x1b[31mna",
    ],
)
def test_what_is_not_seen_is_refused(hidden: str) -> None:
    with pytest.raises(ValueError, match="not allowed"):
        visible_line(hidden)


def test_the_same_letters_written_otherwise_are_the_same() -> None:
    assert visible_line("Zoe\u0308") == visible_line("Zoë") == "Zoë"
    assert visible_line("\u212bsa") == "Åsa"


@given(st.text(max_size=40))
def test_what_passes_is_in_its_one_form_and_hides_nothing(text: str) -> None:
    try:
        line = visible_line(text)
    except ValueError:
        return
    assert visible_line(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert not INVISIBLE.search(line)


LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Lt"), exclude_characters="\u115f\u1160\u3164\uffa0")


@given(st.text(LETTERS, min_size=1, max_size=40))
def test_no_letter_of_any_script_is_refused(name: str) -> None:
    assert visible_line(name)


@given(
    st.text(st.characters(max_codepoint=0x24F, categories=("Lu", "Ll")), min_size=2, max_size=10),
    st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e"),
    st.data(),
)
def test_no_sign_without_width_makes_another_name_of_a_latin_one(
    name: str, sign: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(name)))
    with pytest.raises(ValueError, match="invisible"):
        visible_line(name[:at] + sign + name[at:])


def test_prose_has_lines_and_marks_of_direction_but_nothing_turned_round() -> None:
    text = "Doors at 19:00\r\n\u200fבשעה 20:00\tZoe\u0308"
    assert visible_prose(text) == text.replace("e\u0308", "ë")
    for hidden in ("a\u202eb", "a\u2067b", "a\x00b", "a\x1bb"):
        with pytest.raises(ValueError, match="not allowed"):
            visible_prose(hidden)
