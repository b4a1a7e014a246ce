"""The master key: what it wraps opens only in its place, and with the key that wrapped it."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.master_key import MasterKey, MasterKeyMissing, master_keys

OLD, NEW = b"o" * 32, b"n" * 32


@given(st.binary(max_size=100), st.binary(min_size=1, max_size=200))
def test_what_is_wrapped_comes_out_as_it_went_in(context: bytes, secret: bytes) -> None:
    assert MasterKey([OLD]).unwrap(context, MasterKey([OLD]).wrap(context, secret)) == secret


def test_the_first_wraps_and_all_unwrap() -> None:
    wrapped = MasterKey([OLD]).wrap(b"a", b"secret")
    both = MasterKey([NEW, OLD])
    assert both.unwrap(b"a", wrapped) == b"secret"
    assert not both.is_wrapped_by_first(wrapped)
    assert both.is_wrapped_by_first(both.wrap(b"a", b"secret"))
    assert MasterKey([NEW]).unwrap(b"a", both.wrap(b"a", b"secret")) == b"secret"


@pytest.mark.parametrize("place", [0, 3, 4, 10, 20, -1])
def test_what_was_changed_moved_or_wrapped_by_another_is_refused(place: int) -> None:
    key = MasterKey([OLD])
    wrapped = bytearray(key.wrap(b"a", b"secret"))
    with pytest.raises(MasterKeyMissing, match="SEATLEDGER_MASTER_KEY"):
        key.unwrap(b"b", bytes(wrapped))
    with pytest.raises(MasterKeyMissing):
        MasterKey([NEW]).unwrap(b"a", bytes(wrapped))
    wrapped[place] ^= 1
    for broken in (bytes(wrapped), b"", bytes(wrapped[:8])):
        with pytest.raises(MasterKeyMissing):
            key.unwrap(b"a", broken)


def test_keys_are_read_in_hex_and_base64url_several_with_commas() -> None:
    high = bytes(range(200, 232))
    text = f"{OLD.hex()}, {base64.urlsafe_b64encode(high).decode()},{base64.b64encode(high).decode().rstrip('=')},"
    assert master_keys(text) == [OLD, high, high]


@pytest.mark.parametrize(
    "text", ["", ",", "hunter2", "g" * 64, "00" * 31, "00" * 33, "é" * 43, f"{'0' * 64}," * 17]
)
def test_what_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="key") as refusal:
        master_keys(text)
    assert not text.strip(",") or text.strip(",")[:7] not in str(refusal.value)


@given(
    st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3),
    st.booleans(),
    st.sampled_from([",", " , ", ",,"]),
)
def test_keys_are_read_as_they_were_written(keys: list[bytes], hexed: bool, between: str) -> None:
    written = [key.hex() if hexed else base64.urlsafe_b64encode(key).decode() for key in keys]
    assert master_keys(between.join(written)) == keys


@given(st.text(max_size=80) | st.text("0123456789abcdefAF+/-_=, ", max_size=140))
def test_any_text_is_keys_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert all(len(key) == 32 for key in master_keys(text))


def test_a_key_that_is_cut_short_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="32 bytes") as refused:
        master_keys("5ecre7" * 8)
    assert "5ecre7" not in str(refused.value)
