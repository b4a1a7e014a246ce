"""Ids and tokens as anybody may write them: each is what it says, or nobody's."""

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from command_api.accounts import reset_tokens
from command_api.path_ids import checked_id, uuid_of
from domain.show.refusals import ShowNotFound
from runtime.problems import Problem

ALMOST = st.text("0123456789abcdefABCDEFxyz-{}", min_size=35, max_size=37)


@given(st.uuids(), st.booleans())
def test_an_id_is_read_in_any_case_and_has_one_form(id: UUID, large: bool) -> None:
    text = str(id).upper() if large else str(id)
    assert checked_id(text, ShowNotFound) == uuid_of(text) == str(id)


@given(st.text(max_size=40) | ALMOST)
@example("٣" * 36)
@example("-" * 36)
@example("{12345678123456781234567812345678}--")
def test_any_other_text_is_no_id_or_one_in_its_only_form(text: str) -> None:
    whose = uuid_of(text)
    assert whose is None or UUID(whose) == UUID(text)
    # Anything but this refusal would have been an answer of 500.
    with suppress(Problem):
        found = checked_id(text, ShowNotFound)
        assert found == text.lower() == checked_id(found, ShowNotFound)


@given(st.uuids(), st.binary(min_size=32, max_size=32))
def test_a_token_names_its_account_and_proves_its_secret(user: UUID, secret: bytes) -> None:
    read = reset_tokens.read(reset_tokens._text(str(user), secret))
    assert read is not None
    assert read.user_id == str(user)
    assert len(read.hash) == 32


@given(st.text(max_size=70) | st.text("AZaz09-_+/=. é", min_size=63, max_size=65))
@example("=" * 64)
@example("\ud800" * 64)
def test_any_other_text_is_no_token_or_names_some_account(text: str) -> None:
    read = reset_tokens.read(text)
    assert read is None or (len(text) == 64 and str(UUID(read.user_id)) == read.user_id)


@pytest.mark.parametrize("more", ["=", "\n", " ", "A"])
def test_a_token_with_something_behind_it_is_none(more: str) -> None:
    assert reset_tokens.read(reset_tokens._text(str(UUID(int=1)), bytes(32)) + more) is None
