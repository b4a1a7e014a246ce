"""Tokens as an attacker would write them: any header, any claims, any signature."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from runtime.authentication.signing_key import SigningKey
from runtime.authentication.tokens import AUDIENCE, HEADER_TYPE, ISSUER
from tests.runtime.authentication.conftest import ANA, NOON

ISSUED = int(NOON.timestamp())


def base64url(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def claims(**changes: Any) -> dict[str, Any]:
    return {
        "iss": ISSUER, "aud": AUDIENCE, "use": "access", "sub": ANA.id, "role": "customer", "name": "Ana",
        "email": "ana@example.org", "gen": 0, "iat": ISSUED, "exp": ISSUED + 1800, "jti": "1",
        **changes,
    }  # fmt: skip


def forged(
    key: SigningKey,
    *,
    header: dict[str, Any] | None = None,
    payload: bytes | None = None,
    without: str = "",
    **changes: Any,
) -> str:
    """Signed with `key`: only what is in it may be wrong."""
    assert isinstance(key.private, Ed25519PrivateKey)
    head = {"alg": "EdDSA", "typ": HEADER_TYPE, "kid": key.kid, **(header or {})}
    said = claims(**changes)
    said.pop(without, None)
    signed = f"{base64url(json.dumps(head).encode())}.{base64url(payload or json.dumps(said).encode())}"
    return f"{signed}.{base64url(key.private.sign(signed.encode()))}"
