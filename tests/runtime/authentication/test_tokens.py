"""Only tokens of ours, for their purpose, in their time."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from runtime.authentication.authentication import Authentication
from runtime.authentication.presented import TOKEN_MAX_CHARS
from runtime.authentication.signing_key import SigningKey, new_signing_key
from runtime.authentication.tokens import HEADER_TYPE, OWN_TOKEN_MAX_CHARS
from runtime.problems import Problem
from runtime.settings import TokenAlgorithm
from tests.runtime.authentication.conftest import ANA, NOON, Clock, Process, let_in, refused
from tests.runtime.authentication.forging import ISSUED, base64url, claims, forged


def key_of(process: Authentication) -> SigningKey:
    assert process.ring.signing is not None
    return process.ring.signing


async def test_a_token_gives_its_caller_back_fresh_and_remembered(command_side: Authentication) -> None:
    token = command_side.tokens.issue(ANA)
    known = command_side.authenticator
    assert known.remembered(f"Bearer {token}") is None
    assert await known.authenticate(f"Bearer {token}") == ANA
    assert known.remembered(f"Bearer {token}") == ANA
    assert await known.authenticate(f"bearer  {token} ") == ANA
    assert await let_in(known, forged(key_of(command_side))) == ANA


@pytest.mark.parametrize("algorithm", ["EdDSA", "RS256"])
async def test_what_one_side_signs_the_other_verifies(process: Process, algorithm: str) -> None:
    async with process(token_algorithm=algorithm) as command_side, process(signs=False) as query_side:
        token = command_side.tokens.issue(ANA)
        assert jwt.get_unverified_header(token) == {
            "alg": algorithm, "typ": HEADER_TYPE, "kid": key_of(command_side).kid,
        }  # fmt: skip
        assert await let_in(query_side.authenticator, token) == ANA


async def test_anybody_can_verify_a_token_with_what_is_published(command_side: Authentication) -> None:
    keys = jwt.PyJWKSet.from_dict({"keys": command_side.ring.published})
    token = command_side.tokens.issue(ANA)
    found = jwt.decode(
        token,
        keys[jwt.get_unverified_header(token)["kid"]],
        audience="seatledger-api",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert found["sub"] == ANA.id
    assert all("d" not in key for key in command_side.ring.published)


async def test_a_process_that_may_not_sign_does_not(query_side: Authentication) -> None:
    with pytest.raises(RuntimeError):
        query_side.tokens.issue(ANA)


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Token abc", "Bearerx"])
async def test_without_a_bearer_token_nobody_is_calling(
    command_side: Authentication, header: str | None
) -> None:
    with pytest.raises(Problem) as refusal:
        await command_side.authenticator.authenticate(header)
    assert refusal.value.answer.code == "not-authenticated"


def unsigned(key: SigningKey) -> str:
    head = base64url(json.dumps({"alg": "none", "typ": HEADER_TYPE, "kid": key.kid}).encode())
    return f"{head}.{base64url(json.dumps(claims()).encode())}."


def signed_with_the_public_key(key: SigningKey, *, pem: bool) -> str:
    """HS256, with what everybody may know in place of a secret."""
    public = key.private.public_key()
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) if pem else (Encoding.Raw, PublicFormat.Raw)
    secret = public.public_bytes(*form)
    head = base64url(json.dumps({"alg": "HS256", "typ": HEADER_TYPE, "kid": key.kid}).encode())
    signed = f"{head}.{base64url(json.dumps(claims()).encode())}"
    return f"{signed}.{base64url(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def bringing_its_own_key(_key: SigningKey) -> str:
    own = new_signing_key(TokenAlgorithm.EDDSA, NOON)
    named = {
        "jwk": own.jwk,
        "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example/x",
        "x5c": ["MII"],
    }
    return forged(own, header={**named, "kid": _key.kid})


def with_payload(text: str) -> Callable[[SigningKey], str]:
    return lambda key: forged(key, payload=text.encode())


TWICE = json.dumps(claims())[:-1] + ', "role": "admin"}'
ENDLESS = json.dumps(claims())[:-1] + ', "exp2": Infinity}'

FORGERIES: dict[str, Callable[[SigningKey], str]] = {
    "no signature": unsigned,
    "another key of the same name": lambda key: forged(
        new_signing_key(TokenAlgorithm.EDDSA, NOON), header={"kid": key.kid}
    ),
    "HS256 with the public key as PEM": lambda key: signed_with_the_public_key(key, pem=True),
    "HS256 with the public key": lambda key: signed_with_the_public_key(key, pem=False),
    "its own key": bringing_its_own_key,
    "an algorithm of another key": lambda key: forged(key, header={"alg": "RS256"}),
    "an algorithm in small letters": lambda key: forged(key, header={"alg": "eddsa"}),
    "an algorithm that is a list": lambda key: forged(key, header={"alg": ["EdDSA"]}),
    "extensions": lambda key: forged(key, header={"crit": ["exp"]}),
    "no extensions, but the word": lambda key: forged(key, header={"crit": []}),
    "a payload that is not base64": lambda key: forged(key, header={"b64": False}),
    "no name of a key": lambda key: forged(key, header={"kid": None}),
    "a name that is a path": lambda key: forged(key, header={"kid": "../../../dev/null"}),
    "a name that is SQL": lambda key: forged(key, header={"kid": "' OR 1=1 --"}),
    "a name with a NUL": lambda key: forged(key, header={"kid": key.kid + "\x00"}),
    "a name of nobody": lambda key: forged(key, header={"kid": "0190a6a4-0000-7000-8000-000000000000"}),
    "a name that is an object": lambda key: forged(key, header={"kid": {"a": 1}}),
    "a very long name": lambda key: forged(key, header={"kid": "k" * 2000}),
    "another audience": lambda key: forged(key, aud="other"),
    "audiences": lambda key: forged(key, aud=["seatledger-api"]),
    "another issuer": lambda key: forged(key, iss="https://other.example"),
    "an issuer that is a list": lambda key: forged(key, iss=["seatledger"]),
    "a refresh token": lambda key: forged(key, use="refresh"),
    "another type": lambda key: forged(key, header={"typ": "JWT"}),
    "a type that is a number": lambda key: forged(key, header={"typ": 1}),
    "an unknown role": lambda key: forged(key, role="root"),
    "a role that is a list": lambda key: forged(key, role=["admin"]),
    "a subject that is a number": lambda key: forged(key, sub=7),
    "an empty subject": lambda key: forged(key, sub=""),
    "a subject that is no id": lambda key: forged(key, sub="anonymous"),
    "a subject that is an id written otherwise": lambda key: forged(key, sub=ANA.id.replace("-", "")),
    "a subject that is half a surrogate pair": lambda key: forged(key, sub="\ud800"),
    "a name that is no text": lambda key: forged(key, name={}),
    "an expiry that is text": lambda key: forged(key, exp="9999999999"),
    "an expiry that is true": lambda key: forged(key, exp=True),
    "an expiry that is a fraction": lambda key: forged(key, exp=ISSUED + 0.5),
    "an expiry before the beginning": lambda key: forged(key, exp=-1),
    "an expiry beyond all numbers": lambda key: forged(key, exp=10**400),
    "an expiry beyond all times": lambda key: forged(key, exp=10**15),
    "an expiry that is null": lambda key: forged(key, exp=None),
    "issued before the beginning": lambda key: forged(key, iat=-(10**400)),
    "issued tomorrow": lambda key: forged(key, iat=ISSUED + 86_400),
    "a generation that is text": lambda key: forged(key, gen="1"),
    "a generation below all": lambda key: forged(key, gen=-1),
    "a generation beyond all": lambda key: forged(key, gen=10**400),
    "an id that is empty": lambda key: forged(key, jti=""),
    "a claim that stands there twice": with_payload(TWICE),
    "a number that is none": with_payload(ENDLESS),
    "claims that are a list": with_payload("[1]"),
    "claims that are no JSON": with_payload("{"),
    "claims that are no text": lambda key: forged(key, payload=b'{"iss": "\xff"}'),
    "claims nested without end": with_payload('{"a":' * 500 + "1" + "}" * 500),
    "lists nested without end": with_payload('{"a":' + "[" * 2500 + "]" * 2500 + "}"),
    "a number of many digits": with_payload('{"exp": ' + "9" * 5000 + "}"),
    "garbage": lambda _key: "abc",
    "empty": lambda _key: "",
    "three dots": lambda _key: "...",
    "two dots": lambda _key: "..",
    "five parts": lambda key: forged(key) + ".a.b",
    "not ascii": lambda _key: "é.ü.ñ",
    "half a surrogate pair": lambda _key: "\ud800.\ud800.\ud800",
    "too long for ours": lambda key: forged(key, name="x" * OWN_TOKEN_MAX_CHARS),
    "too long for any": lambda key: forged(key, name="x" * TOKEN_MAX_CHARS),
    "a line after it": lambda key: forged(key) + "\n.",
    "other signs of base64": lambda key: forged(key).replace("-", "+").replace("_", "/") + "=.",
    **{
        f"without {claim}": lambda key, claim=claim: forged(key, without=claim)  # type: ignore[misc]
        for claim in ("iss", "aud", "use", "sub", "role", "name", "email", "gen", "exp", "iat", "jti")
    },
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
async def test_a_forged_token_is_invalid(
    command_side: Authentication, forgery: Callable[[SigningKey], str]
) -> None:
    assert await refused(command_side.authenticator, forgery(key_of(command_side))) == "token-invalid"
    assert len(command_side.authenticator._remembered) == 0


async def test_keys_that_a_token_brings_along_are_not_looked_at(command_side: Authentication) -> None:
    own = new_signing_key(TokenAlgorithm.EDDSA, NOON)
    named = {"jwk": own.jwk, "jku": "https://evil.example/jwks", "x5u": "https://evil.example/x"}
    assert await let_in(command_side.authenticator, forged(key_of(command_side), header=named)) == ANA


async def test_one_token_written_in_many_ways_is_remembered_once(command_side: Authentication) -> None:
    token = command_side.tokens.issue(ANA)
    for spaces in range(1, 50):
        await command_side.authenticator.authenticate(f"Bearer{' ' * spaces}{token}{' ' * spaces}")
    assert list(command_side.authenticator._remembered._entries) == []
    await let_in(command_side.authenticator, token)
    assert len(command_side.authenticator._remembered) == 1


async def test_half_a_million_characters_of_bad_tokens_leave_nothing_behind(
    command_side: Authentication,
) -> None:
    key = key_of(command_side)
    good = forged(key)
    for number in range(500):
        assert await refused(command_side.authenticator, f"{good[:-8]}{number:08}") == "token-invalid"
    assert len(command_side.authenticator._remembered) == 0


@pytest.mark.parametrize("position", [0, 10, 60, 200, -1])
async def test_a_changed_character_makes_it_invalid(command_side: Authentication, position: int) -> None:
    token = command_side.tokens.issue(ANA)
    other = "A" if token[position] not in "AB" else "Q"
    changed = token[:position] + other + (token[position + 1 :] if position != -1 else "")
    assert await refused(command_side.authenticator, changed) == "token-invalid"


async def test_a_token_expires_to_the_second_remembered_or_not(
    command_side: Authentication, clock: Clock
) -> None:
    known = command_side.authenticator
    remembered, fresh = command_side.tokens.issue(ANA), command_side.tokens.issue(ANA)
    assert await let_in(known, remembered) == ANA
    clock.now = NOON + timedelta(seconds=1799)
    assert known.remembered(f"Bearer {remembered}") == ANA
    clock.now = NOON + timedelta(seconds=1800)
    assert await refused(known, remembered) == "token-expired"
    assert await refused(known, fresh) == "token-expired"
    assert await refused(known, remembered) == "token-expired"


async def test_no_more_tokens_are_remembered_than_allowed(command_side: Authentication) -> None:
    known = command_side.authenticator
    known._remembered._size_max = 3
    issued = [f"Bearer {command_side.tokens.issue(ANA)}" for _ in range(5)]
    for shown in issued:
        await known.authenticate(shown)
    assert list(known._remembered._entries) == issued[2:]
    assert known.remembered(issued[2]) == ANA
    assert known.remembered(issued[0]) is None
    await known.authenticate(issued[0])
    assert list(known._remembered._entries) == [issued[4], issued[2], issued[0]]


def test_a_key_gives_nothing_away_when_it_is_printed() -> None:
    key = new_signing_key(TokenAlgorithm.EDDSA, NOON)
    assert repr(key) == f"SigningKey({key.kid})"
    assert base64.b64encode(key.secret).decode() not in json.dumps(key.jwk)
