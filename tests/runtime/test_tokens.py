"""Only tokens of ours, for their purpose, in their time."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from runtime.identity import Caller, Role
from runtime.problems import Problem
from runtime.tokens import AUDIENCE, HEADER_TYPE, ISSUER, TOKEN_MAX_CHARS, Tokens

SECRET = b"0123456789abcdef0123456789abcdef"
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ANA = Caller("0190a6a4-0000-7000-8000-000000000000", Role.CUSTOMER, "Ana", "ana@example.org")


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(SECRET, 1800, now=clock, cache_max=3)


def refused(tokens: Tokens, token: str) -> str:
    with pytest.raises(Problem) as refusal:
        tokens.verify(token)
    assert refusal.value.answer.status == 401
    assert refusal.value.answer.headers["WWW-Authenticate"].startswith("Bearer")
    return refusal.value.answer.code


def forged(
    secret: bytes = SECRET,
    algorithm: str = "HS256",
    typ: str = HEADER_TYPE,
    without: str = "",
    **changes: Any,
) -> str:
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "use": "access",
        "sub": ANA.id,
        "role": "customer",
        "name": "Ana",
        "email": "ana@example.org",
        "iat": int(NOON.timestamp()),
        "exp": int(NOON.timestamp()) + 1800,
        "jti": "1",
        **changes,
    }
    claims.pop(without, None)
    return jwt.encode(claims, secret, algorithm, headers={"typ": typ})


async def test_a_token_gives_its_caller_back_fresh_and_remembered(tokens: Tokens) -> None:
    token = tokens.issue(ANA)
    assert tokens.remembered(f"Bearer {token}") is None
    assert await tokens.authenticate(f"Bearer {token}") == ANA
    assert tokens.remembered(f"Bearer {token}") == ANA
    assert tokens.remembered(f"bearer  {token} ") == ANA
    assert tokens.verify(forged()) == ANA


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Token abc", "Bearerx"])
async def test_without_a_bearer_token_nobody_is_calling(tokens: Tokens, header: str | None) -> None:
    with pytest.raises(Problem) as refusal:
        await tokens.authenticate(header)
    assert tokens.remembered(header or "") is None
    assert refusal.value.answer.code == "not-authenticated"


def unsigned() -> str:
    parts = forged().split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": HEADER_TYPE}).encode())
    return f"{header.rstrip(b'=').decode()}.{parts[1]}."


FORGERIES = {
    "no signature": unsigned(),
    "another key": forged(b"x" * 32),
    "another algorithm": forged(SECRET * 2, "HS512"),
    "the same key, another algorithm": forged(SECRET * 2, "HS384"),
    "another audience": forged(aud="other"),
    "another issuer": forged(iss="other"),
    "a refresh token": forged(use="refresh"),
    "another type": forged(typ="JWT"),
    "an unknown role": forged(role="root"),
    "a role that is a list": forged(role=["admin"]),
    "a subject that is a number": forged(sub=7),
    "an empty subject": forged(sub=""),
    "a name that is an object": forged(name={}),
    "an expiry that is text": forged(exp="9999999999"),
    "an expiry that is endless": forged(exp=True),
    "issued tomorrow": forged(iat=int(NOON.timestamp()) + 86_400),
    "garbage": "abc",
    "empty": "",
    "three dots": "...",
    "not ascii": "é.ü.ñ",
    "half a surrogate pair": "\ud800",
    "too long": forged(name="x" * TOKEN_MAX_CHARS),
    **{
        f"without {claim}": forged(without=claim)
        for claim in ("iss", "aud", "use", "sub", "exp", "iat", "jti")
    },
}


@pytest.mark.parametrize("token", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_is_invalid(tokens: Tokens, token: str) -> None:
    assert refused(tokens, token) == "token-invalid"


@pytest.mark.parametrize("position", [0, 10, 60, 200, -1])
def test_a_changed_character_makes_it_invalid(tokens: Tokens, position: int) -> None:
    token = tokens.issue(ANA)
    other = "A" if token[position] not in "AB" else "Q"
    assert refused(tokens, token[:position] + other + (token[position + 1 :] if position != -1 else "")) == (
        "token-invalid"
    )


def test_a_token_expires_to_the_second_remembered_or_not(tokens: Tokens, clock: Clock) -> None:
    remembered, fresh = tokens.issue(ANA), tokens.issue(ANA)
    assert tokens.verify(remembered) == ANA
    clock.now = NOON + timedelta(seconds=1799)
    assert tokens.verify(remembered) == ANA
    clock.now = NOON + timedelta(seconds=1800)
    assert tokens.remembered(f"Bearer {remembered}") is None
    assert refused(tokens, remembered) == "token-expired"
    assert refused(tokens, fresh) == "token-expired"
    assert refused(tokens, remembered) == "token-expired"


def test_no_more_tokens_are_remembered_than_allowed(tokens: Tokens) -> None:
    issued = [tokens.issue(ANA) for _ in range(5)]
    for token in issued:
        tokens.verify(token)
    assert list(tokens._verified) == issued[2:]
    tokens.verify(issued[2])
    tokens.verify(issued[0])
    assert list(tokens._verified) == [issued[4], issued[2], issued[0]]


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Tokens(b"short", 1800)
