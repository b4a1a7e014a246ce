"""The shapes in which a credential may come, and that no shape is an error of ours."""

from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.authentication.authenticator import Authenticator
from runtime.authentication.epoch import Epoch
from runtime.authentication.key_ring import ring_of
from runtime.authentication.signing_key import new_signing_key
from runtime.authentication.verifying_key import VerifyingKey
from runtime.http.access import authorization
from runtime.problems import Problem
from runtime.settings import TokenAlgorithm
from tests.runtime.authentication.conftest import NOON
from tests.runtime.authentication.forging import forged

KEY = new_signing_key(TokenAlgorithm.EDDSA, NOON)
GOOD = forged(KEY)
VALUES = st.text(st.characters(max_codepoint=255), max_size=80) | st.sampled_from(
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {GOOD}x",
        f"Token {GOOD}",
        f"Basic {GOOD}",
        f"Bearer{GOOD}",
        f"Bearer\t{GOOD}",
    ]
)
NAMES = st.sampled_from([b"authorization", b"x-api-key", b"cookie", b"proxy-authorization"])


class Table:
    """Of nobody's revocations, nobody's API keys, and one key that signs."""

    is_blind = False

    def counts(self, _credential: object) -> bool:
        return True

    async def find(self, kid: str) -> VerifyingKey | None:
        return ring_of(KEY).find(kid, NOON)


def authenticator() -> Authenticator:
    table = cast("Any", Table())
    return Authenticator(
        epoch=Epoch(),
        ring=ring_of(KEY),
        keys=table,
        revocations=table,
        api_keys=table,
        oidc=None,
        now=lambda: NOON,
    )


@given(VALUES)
@example("Bearer  ")
@example("bearer \x85\xa0")
@example("BEARER \xff.\xff.\xff")
async def test_a_value_that_is_no_credential_is_401_and_leaves_nothing_behind(value: str) -> None:
    known = authenticator()
    assert known.remembered(value) is None
    with pytest.raises(Problem) as refusal:
        await known.authenticate(value)
    assert refusal.value.answer.status == 401
    assert refusal.value.answer.code in {"not-authenticated", "token-invalid"}
    assert len(known._remembered) == 0


@given(
    st.sampled_from(["Bearer", "bearer", "BEARER", "bEaReR"]),
    st.text(" ", min_size=1, max_size=3),
    st.text(" \t"),
)
async def test_the_scheme_may_be_in_any_case_and_spaces_count_for_nothing(
    scheme: str, before: str, after: str
) -> None:
    known = authenticator()
    assert (await known.authenticate(f"{scheme}{before}{GOOD}{after}")).name == "Ana"
    assert len(known._remembered) <= 1


@given(st.lists(st.tuples(NAMES, st.binary(max_size=20)), max_size=6))
def test_the_first_authorization_counts_and_a_key_only_without_one(
    headers: list[tuple[bytes, bytes]],
) -> None:
    found = authorization(headers)
    shown = [value for name, value in headers if name == b"authorization"]
    keys = [value for name, value in headers if name == b"x-api-key"]
    if shown:
        assert found == shown[0].decode("latin-1")
    elif keys:
        assert found is not None
        assert found.removeprefix("Bearer ") in {key.decode("latin-1") for key in keys}
    else:
        assert found is None
