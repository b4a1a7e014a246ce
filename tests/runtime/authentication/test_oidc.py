"""Tokens of an OIDC provider: verified with its keys, for us, and never with anything else."""

import asyncio
import hashlib
import hmac
import json
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from runtime.authentication.authentication import Authentication
from runtime.authentication.oidc_keys import ASK_SECONDS_MIN, FRESH_SECONDS
from runtime.authentication.oidc_tokens import caller_id, role_among
from runtime.identity import Role
from runtime.privacy.person_key import PersonKey
from runtime.problems import Problem
from runtime.settings import BadSettings, load_settings
from tests.runtime.authentication.conftest import ANA, NOON, Clock, Process, let_in, refused
from tests.runtime.authentication.forging import ISSUED, base64url, claims, forged
from tests.runtime.authentication.provider import KEYS, Provider, provider
from tests.runtime.authentication.waiting import until


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is fetched from this machine goes no other way, whatever this machine is set to."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
async def op() -> AsyncIterator[Provider]:
    async with provider() as made:
        yield made


@pytest.fixture
async def known(op: Provider, process: Process) -> AsyncIterator[Authentication]:
    async with taking(op, process) as made:
        yield made


@asynccontextmanager
async def taking(op: Provider, process: Process, **settings: Any) -> AsyncIterator[Authentication]:
    chosen = {
        "oidc_issuer": op.issuer,
        "oidc_audience": "tickets",
        "oidc_role_claim": "realm_access.roles",
        "oidc_roles": "boss=admin,clerk=box_office",
    }
    async with process(**{**chosen, **settings}) as made:
        yield made


def later(known: Authentication, seconds: float) -> None:
    keys: Any = known.authenticator._oidc._keys  # type: ignore[union-attr]
    keys._asked_at -= seconds


@pytest.mark.parametrize("key", ["rsa", "ec", "ed"])
async def test_a_token_of_the_provider_is_a_caller(known: Authentication, op: Provider, key: str) -> None:
    token = op.token(key)
    caller = await let_in(known.authenticator, token)
    assert (caller.role, caller.name, caller.email) == (Role.BOX_OFFICE, "Olga", "olga@example.org")
    assert caller.id == caller_id(op.issuer, "subject-1")
    assert known.authenticator.remembered(f"Bearer {token}") == caller
    assert op.asked == ["/.well-known/openid-configuration", "/keys"]


async def test_our_own_tokens_count_beside_it(known: Authentication) -> None:
    assert await let_in(known.authenticator, known.tokens.issue(ANA)) == ANA


async def test_an_address_of_the_keys_needs_no_discovery(op: Provider, process: Process) -> None:
    async with taking(op, process, oidc_jwks_url=f"{op.issuer}/keys") as known:
        await let_in(known.authenticator, op.token())
    assert op.asked == ["/keys"]


async def test_several_audiences_may_hold_ours(known: Authentication, op: Provider) -> None:
    await let_in(known.authenticator, op.token(aud=["account", "tickets"]))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "other"}, {"aud": ["other"]}, {"aud": ...}, {"aud": None}, {"aud": {"tickets": 1}},
        {"sub": ...}, {"sub": ""}, {"sub": 7}, {"sub": "s" * 256},
        {"exp": ...}, {"exp": float(ISSUED + 300)}, {"exp": "9999999999"}, {"exp": -5}, {"exp": 10**400},
        {"iat": ...}, {"iat": ISSUED + 3600}, {"nbf": ISSUED + 3600}, {"nbf": "now"},
    ],
)  # fmt: skip
async def test_what_it_says_must_hold(known: Authentication, op: Provider, changes: dict[str, Any]) -> None:
    # PyJWT itself would not write some of these.
    said = {
        "iss": op.issuer, "aud": "tickets", "sub": "s", "iat": ISSUED, "exp": ISSUED + 300, **changes,
    }  # fmt: skip
    payload = json.dumps({name: value for name, value in said.items() if value is not ...}).encode()
    assert await refused(known.authenticator, signed_with_ed(payload)) == "token-invalid"


def signed_with_ed(payload: bytes, **header: Any) -> str:
    head = {"alg": "EdDSA", "typ": "JWT", "kid": "ed", **header}
    signed = f"{base64url(json.dumps(head).encode())}.{base64url(payload)}"
    return f"{signed}.{base64url(KEYS['ed'][1].sign(signed.encode()))}"


async def test_an_expired_one_says_so(known: Authentication, op: Provider, clock: Clock) -> None:
    token = op.token()
    await let_in(known.authenticator, token)
    clock.now = NOON + timedelta(seconds=300)
    assert await refused(known.authenticator, token) == "token-expired"


async def test_algorithms_that_do_not_fit_the_key_are_refused(known: Authentication, op: Provider) -> None:
    said = json.dumps(
        {"iss": op.issuer, "aud": "tickets", "sub": "s", "iat": ISSUED, "exp": ISSUED + 300}
    ).encode()
    public = KEYS["rsa"][1].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for algorithm in ("HS256", "none", "RS512", "PS256", "RS256"):
        head = json.dumps({"alg": algorithm, "kid": "rsa"}).encode()
        signed = f"{base64url(head)}.{base64url(said)}"
        token = f"{signed}.{base64url(hmac.digest(public, signed.encode(), hashlib.sha256))}"
        assert await refused(known.authenticator, token) == "token-invalid"
    assert await refused(known.authenticator, signed_with_ed(said, alg="RS256", kid="rsa")) == "token-invalid"
    assert await refused(known.authenticator, signed_with_ed(said, kid="rsa")) == "token-invalid"


async def test_its_keys_say_nothing_about_our_tokens_nor_ours_about_its(
    known: Authentication, op: Provider
) -> None:
    ours = json.dumps(claims()).encode()
    assert await refused(known.authenticator, signed_with_ed(ours, typ="at+jwt")) == "token-invalid"
    key = known.ring.signing
    assert key is not None
    assert await refused(known.authenticator, forged(key, iss=op.issuer, aud="tickets")) == "token-invalid"


@pytest.mark.parametrize("key", ["short", "p384"])
async def test_keys_that_are_not_fit_are_passed_over(known: Authentication, op: Provider, key: str) -> None:
    op.keys = [key, "ed"]
    await let_in(known.authenticator, op.token("ed"))
    with warnings.catch_warnings():
        # PyJWT thinks ill of short keys, too.
        warnings.simplefilter("ignore")
        weak = op.token(key)
    assert await refused(known.authenticator, weak) == "token-invalid"


async def test_a_secret_among_the_keys_is_no_key(known: Authentication, op: Provider) -> None:
    secret = {"kty": "oct", "kid": "oct", "k": base64url(b"s" * 32), "alg": "HS256"}
    private = {**KEYS["ed"][2], "kid": "private", "d": base64url(b"d" * 32)}
    op.documents["/keys"] = json.dumps({"keys": [secret, private, 7, {"kid": 1}, KEYS["ed"][2]]}).encode()
    await let_in(known.authenticator, op.token("ed"))
    said = json.dumps(
        {"iss": op.issuer, "aud": "tickets", "sub": "s", "iat": ISSUED, "exp": ISSUED + 300}
    ).encode()
    signed = f"{base64url(json.dumps({'alg': 'HS256', 'kid': 'oct'}).encode())}.{base64url(said)}"
    token = f"{signed}.{base64url(hmac.digest(b's' * 32, signed.encode(), hashlib.sha256))}"
    assert await refused(known.authenticator, token) == "token-invalid"


async def test_a_new_key_is_fetched_but_not_for_every_unknown_name(
    known: Authentication, op: Provider
) -> None:
    op.keys = ["ed"]
    await let_in(known.authenticator, op.token("ed"))
    asked = len(op.asked)
    op.keys = ["ed", "rsa"]
    for _ in range(20):
        assert await refused(known.authenticator, op.token("rsa")) == "token-invalid"
    assert len(op.asked) == asked
    later(known, ASK_SECONDS_MIN)
    tokens = [op.token("rsa", jti=str(number)) for number in range(20)]
    await asyncio.gather(*(let_in(known.authenticator, token) for token in tokens))
    assert len(op.asked) == asked + 2


async def test_while_the_provider_is_away_its_known_keys_go_on_counting(
    known: Authentication, op: Provider
) -> None:
    await let_in(known.authenticator, op.token("ed"))
    op.is_away, asked = True, len(op.asked)
    later(known, FRESH_SECONDS)
    await let_in(known.authenticator, op.token("rsa"))
    await until(lambda: len(op.asked) > asked)
    later(known, FRESH_SECONDS)
    await let_in(known.authenticator, op.token("ec"))


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/keys", b"x"), ("/keys", b"[]"), ("/keys", b'{"keys": 1}'), ("/keys", b'{"keys": []}'),
        ("/keys", b" " * 300_000), ("/keys", b'{"keys": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"),
        ("/.well-known/openid-configuration", b'{"issuer": "http://other", "jwks_uri": "https://x"}'),
        ("/.well-known/openid-configuration", b"{}"),
    ],
)  # fmt: skip
async def test_a_provider_that_answers_nonsense_is_as_good_as_away(
    known: Authentication, op: Provider, path: str, document: bytes
) -> None:
    op.documents[path] = document
    with pytest.raises(Problem) as refusal:
        await let_in(known.authenticator, op.token())
    assert (refusal.value.answer.status, refusal.value.answer.code) == (503, "authentication-unavailable")


async def test_keys_are_not_fetched_from_an_address_that_is_not_safe(
    known: Authentication, op: Provider
) -> None:
    unsafe = {"issuer": op.issuer, "jwks_uri": "http://keys.example/"}
    op.documents["/.well-known/openid-configuration"] = json.dumps(unsafe).encode()
    with pytest.raises(Problem):
        await let_in(known.authenticator, op.token())
    assert op.asked == ["/.well-known/openid-configuration"]


async def test_what_was_issued_before_a_revocation_counts_no_more(
    known: Authentication, op: Provider, command_pool: asyncpg.Pool
) -> None:
    token = op.token()
    caller = await let_in(known.authenticator, token)
    await known.revocations.revoke(command_pool, caller.id, NOON + timedelta(microseconds=1), "disabled")
    assert await refused(known.authenticator, token) == "token-revoked"
    assert await let_in(known.authenticator, op.token(iat=ISSUED + 1)) == caller


async def test_text_that_looks_encrypted_by_us_is_nobodys_name(known: Authentication, op: Provider) -> None:
    encrypted = PersonKey(ANA.id, bytes(32)).encrypt("Ana")
    caller = await let_in(known.authenticator, op.token(name=encrypted, email=f"a {encrypted}"))
    assert (caller.name, caller.email) == ("", "")


async def test_texts_that_no_column_can_hold_are_made_harmless(known: Authentication, op: Provider) -> None:
    caller = await let_in(
        known.authenticator, op.token(name="a\x00b" + "c" * 1000, email="e@x", email_verified=False)
    )
    assert caller.name == "ab" + "c" * 318
    assert caller.email == ""


async def test_a_name_chosen_at_the_provider_hides_nothing(known: Authentication, op: Provider) -> None:
    encrypted = PersonKey(ANA.id, bytes(32)).encrypt("Ana")
    for name, seen in (
        ("Eve\r\nBEGIN:VEVENT", "Eve  BEGIN:VEVENT"),
        ("Eve\u202egpj.exe\u200b", "Evegpj.exe"),
        (f"Eve {encrypted}", ""),
        (encrypted.replace("pd1", "p\u200bd1"), ""),
    ):
        caller = await let_in(known.authenticator, op.token(name=name))
        assert caller.name == seen


def test_a_caller_has_one_id_of_their_own() -> None:
    mine = caller_id("https://a.example", "1")
    assert mine == caller_id("https://a.example", "1")
    assert len({mine, caller_id("https://a.example", "2"), caller_id("https://a.example1", "")}) == 3
    assert (UUID(mine).version, UUID(mine).variant) == (8, "specified in RFC 4122")


@pytest.mark.parametrize(
    ("values", "role"),
    [
        ("clerk", Role.BOX_OFFICE), (["x", "boss", "clerk"], Role.ADMIN), (None, Role.CUSTOMER),
        (["Boss"], Role.CUSTOMER), ({"boss": 1}, Role.CUSTOMER), ([["boss"]], Role.CUSTOMER), (7, Role.CUSTOMER),
    ],
)  # fmt: skip
def test_the_first_role_that_fits_counts(values: object, role: Role) -> None:
    assert role_among(values, {"boss": Role.ADMIN, "clerk": Role.BOX_OFFICE}) is role


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"oidc_issuer": "http://issuer.example", "oidc_audience": "a"}, "SEATLEDGER_OIDC_ISSUER"),
        ({"oidc_issuer": "ftp://127.0.0.1", "oidc_audience": "a"}, "SEATLEDGER_OIDC_ISSUER"),
        ({"oidc_issuer": "https://issuer.example"}, "SEATLEDGER_OIDC_AUDIENCE"),
        ({"oidc_jwks_url": "http://127.0.0.1.example/k"}, "SEATLEDGER_OIDC_JWKS_URL"),
        ({"oidc_roles": "boss=emperor"}, "SEATLEDGER_OIDC_ROLES"),
        ({"oidc_roles": "boss"}, "SEATLEDGER_OIDC_ROLES"),
    ],
)
def test_a_bad_setting_is_named(changes: dict[str, str], variable: str) -> None:
    with pytest.raises(BadSettings, match=f"^{variable}: "):
        load_settings(**changes)
