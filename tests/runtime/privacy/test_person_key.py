"""What one person's key makes of text, and what nobody else can make of it."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.privacy.keyring import opened_with, people_in
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


@given(
    st.lists(st.tuples(TEXT, st.sampled_from([ANA, BOB]), st.sampled_from(["", " ", "\n", "é", '"', "."])))
)
def test_encrypted_texts_are_told_apart_wherever_they_stand(said: list[tuple[str, str, str]]) -> None:
    # What comes after one must be no sign of base64: nothing of ours writes such a text.
    keys = {UUID(who).hex: PersonKey(who, SECRET) for who in (ANA, BOB)}
    text = "".join(f"{keys[UUID(who).hex].encrypt(clear)}|{after}" for clear, who, after in said)
    assert people_in(text) == {UUID(who).hex for _, who, _ in said}
    assert opened_with(keys, text) == "".join(f"{clear}|{after}" for clear, _, after in said)


@given(
    st.text(max_size=200) | st.from_regex(r"pd1\.[0-9a-fA-F]{30,34}\.[A-Za-z0-9_=+/-]{36,44}", fullmatch=True)
)
def test_no_text_breaks_what_opens_it_and_none_is_opened_twice(text: str) -> None:
    key = PersonKey(ANA, SECRET)
    keys = {UUID(ANA).hex: key}
    opened_with(keys, text)
    if text:
        assert opened_with(keys, key.encrypt(text)) == text


@given(st.text(max_size=100) | st.text("AZaz09-_=+/ \n", max_size=100))
def test_no_body_that_this_key_did_not_write_is_opened(body: str) -> None:
    assert KEY.decrypt(body) is None


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
