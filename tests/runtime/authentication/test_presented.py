"""Whatever stands where a token should: it is taken apart or refused, and nothing else happens."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.authentication.presented import KID_MAX_CHARS, TIME_MAX, TOKEN_MAX_CHARS, presented, time_claim
from runtime.authentication.signing_key import new_signing_key
from runtime.authentication.tokens import own_credential
from runtime.problems import Problem
from runtime.settings import TokenAlgorithm
from tests.runtime.authentication.conftest import ANA, NOON
from tests.runtime.authentication.forging import base64url, claims, forged

KEY = new_signing_key(TokenAlgorithm.EDDSA, NOON)
GOOD = forged(KEY)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "alg": st.sampled_from(["EdDSA", "RS256", "ES256", "HS256", "none", "eddsa"]) | ANYTHING,
        "kid": st.just(KEY.kid) | ANYTHING,
        "typ": st.sampled_from(["at+jwt", "JWT"]) | ANYTHING,
        "crit": ANYTHING,
        "b64": ANYTHING,
        "jwk": ANYTHING,
        "jku": ANYTHING,
        "zip": ANYTHING,
    },
)


def is_refused(problem: pytest.ExceptionInfo[Problem]) -> bool:
    return (problem.value.answer.status, problem.value.answer.code) == (401, "token-invalid")


def let_in(token: str) -> object:
    """The caller whom the token is taken for, or None when it is refused."""
    try:
        return own_credential(presented(token), KEY.verifying, NOON).caller
    except Problem as problem:
        # Of another kind it is an error, and no refusal.
        return None if problem.answer.code == "token-invalid" else problem


@given(st.text(max_size=200) | st.text("eyJ.AQ-_=+/ ", max_size=300))
@example("..")
@example("W10.W10.")
@example("\ud800.\ud800.\ud800")
@example("." * TOKEN_MAX_CHARS)
def test_no_text_that_we_did_not_sign_lets_anybody_in(text: str) -> None:
    assert let_in(text) is None


@given(HEADERS, ANYTHING, st.binary(max_size=80))
def test_a_header_of_any_kind_is_taken_apart_or_refused(header: Any, payload: Any, signature: bytes) -> None:
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    token = ".".join(base64url(part) for part in parts)
    assert let_in(token) is None
    with suppress(Problem):
        found = presented(token)
        assert 0 < len(found.kid) <= KID_MAX_CHARS
        assert isinstance(found.algorithm, str)
        assert isinstance(found.claims, dict)


@given(HEADERS, st.dictionaries(st.sampled_from(sorted(claims())), ANYTHING, max_size=4))
def test_what_is_signed_with_our_key_still_has_to_be_of_ours(header: Any, changes: dict[str, Any]) -> None:
    # Somebody who could have anything signed is either a caller like those we made, or refused.
    try:
        token = forged(KEY, header=header, **changes)
    except UnicodeEncodeError:
        return
    caller = let_in(token)
    assert caller is None or type(caller) is type(ANA)


@given(st.integers(0, len(GOOD) - 1), st.characters(max_codepoint=255) | st.sampled_from("AZaz09-_+/=."))
def test_no_character_of_a_token_can_be_another(place: int, sign: str) -> None:
    assert let_in(GOOD) == ANA
    changed = GOOD[:place] + sign + GOOD[place + 1 :]
    assert changed == GOOD or let_in(changed) is None


@given(st.integers(0, len(GOOD)), st.text("\t\n !=.A-_+/é\x00", min_size=1, max_size=5))
def test_a_token_is_written_in_one_way_only(place: int, more: str) -> None:
    # It is remembered by its text: in many spellings it would take the room of many.
    assert let_in(GOOD[:place] + more + GOOD[place:]) is None


@given(ANYTHING)
@example(True)
@example(10**400)
@example(float("nan"))
def test_a_time_is_a_whole_number_that_a_clock_can_say(value: Any) -> None:
    if type(value) is int and 0 <= value <= TIME_MAX:
        assert time_claim({"exp": value}, "exp") == value
    else:
        with pytest.raises(Problem) as refusal:
            time_claim({"exp": value}, "exp")
        assert is_refused(refusal)
