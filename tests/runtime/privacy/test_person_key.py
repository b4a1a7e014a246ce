"""What one person's key makes of text, and what nobody else can make of it."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.privacy.person_key import ENCRYPTED, ERASED, PersonKey, person_of

ANA, BOB = "01a201e2-0000-7000-8000-00000000000a", "01a201e2-0000-7000-8000-00000000000b"
SECRET = bytes(range(32))
KEY = PersonKey(ANA, SECRET)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


def body_of(encrypted: str) -> str:
    return encrypted.rpartition(".")[2]


@given(TEXT)
def test_what_was_encrypted_comes_back(text: str) -> None:
    encrypted = KEY.encrypt(text)
    assert ENCRYPTED.fullmatch(encrypted)
    assert person_of(encrypted) == ANA
    assert KEY.decrypt(body_of(encrypted)) == text


@given(TEXT, TEXT)
def test_equal_texts_are_equal_encrypted_and_others_are_not(text: str, other: str) -> None:
    assert (KEY.encrypt(text) == KEY.encrypt(other)) == (text == other)


def test_two_people_of_one_name_are_not_seen_to_have_it() -> None:
    other = PersonKey(BOB, secrets.token_bytes(32))
    assert body_of(KEY.encrypt("Ana")) != body_of(other.encrypt("Ana"))


def test_nothing_stays_nothing() -> None:
    assert KEY.encrypt("") == ""


@given(TEXT)
def test_a_text_is_nowhere_to_be_seen_in_what_it_is_encrypted_to(text: str) -> None:
    encrypted = KEY.encrypt(text)
    raw = urlsafe_b64decode(body_of(encrypted) + "==")
    assert len(text) < 8 or text not in encrypted
    assert len(text.encode()) < 8 or text.encode() not in raw


@pytest.mark.parametrize(
    "other", [PersonKey(ANA, bytes(32)), PersonKey(BOB, SECRET)], ids=["another key", "another person"]
)
def test_only_the_key_of_that_person_opens_it(other: PersonKey) -> None:
    assert other.decrypt(body_of(KEY.encrypt("Ana Ruiz"))) is None


def test_no_byte_of_it_can_be_changed() -> None:
    raw = urlsafe_b64decode(body_of(KEY.encrypt("Ana Ruiz")) + "==")
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert KEY.decrypt(urlsafe_b64encode(changed).rstrip(b"=").decode()) is None


@pytest.mark.parametrize("body", ["", "A", "A" * 39, "A" * 10_000, "=", "-_-_"])
def test_what_is_no_encrypted_text_is_not_opened(body: str) -> None:
    assert KEY.decrypt(body) is None


@pytest.mark.parametrize("text", ["Ana", "pd1.", "pd1.ab.cd", f"pd1.{'0' * 32}.short", ERASED])
def test_text_in_the_clear_is_nobodys(text: str) -> None:
    assert person_of(text) is None
