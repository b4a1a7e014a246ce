"""If-Match and Idempotency-Key, whatever stands in them."""

from hypothesis import given
from hypothesis import strategies as st

from command_api.conditions import KEY_MAX_CHARS, checked_key, versions_of
from runtime.privacy.person_key import PersonKey
from runtime.problems import Problem

HEADER = st.text(st.characters(max_codepoint=255), max_size=60)
TAGS = st.text('0123456789"W/, *-²', max_size=60)
VERSIONS = st.lists(st.integers(0, 10**17), min_size=1, max_size=5)
KEY = PersonKey("01a201e2-0000-7000-8000-00000000000a", bytes(32))


@given(VERSIONS, st.sampled_from(['"{}"', 'W/"{}"', "{}"]))
def test_versions_are_read_as_they_were_shown(versions: list[int], form: str) -> None:
    assert versions_of(", ".join(form.format(version) for version in versions)) == frozenset(versions)


@given(HEADER | TAGS)
def test_no_if_match_is_too_odd_and_none_but_a_star_admits_every_version(header: str) -> None:
    found = versions_of(header)
    if header.strip() == "*":
        assert found is None
    else:
        assert found is not None
        assert all(0 <= version < 10**18 for version in found)


def accepted(key: str) -> bool:
    try:
        return checked_key(key) == key
    except Problem as problem:
        return problem.answer.status != 422


@given(HEADER)
def test_a_key_is_taken_as_it_is_or_refused(key: str) -> None:
    assert accepted(key) == (0 < len(key) <= KEY_MAX_CHARS and all(" " <= sign <= "~" for sign in key))


@given(st.text("abc-", max_size=20), st.text(min_size=1, max_size=20), st.text("abc-", max_size=20))
def test_what_we_have_encrypted_is_no_key(before: str, text: str, after: str) -> None:
    # It is told to auditors with what it was used for, and would be opened for them.
    assert not accepted(before + KEY.encrypt(text) + after)
