"""The keys that our own access tokens are signed with."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm

from runtime.authentication.verifying_key import VerifyingKey
from runtime.ids import new_id
from runtime.settings import TokenAlgorithm

RSA_BITS = 2048
RSA_EXPONENT = 65_537

PrivateKey = Ed25519PrivateKey | RSAPrivateKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`private` never leaves the process but wrapped; it stays out of `repr`."""

    kid: str
    algorithm: TokenAlgorithm
    private: PrivateKey
    created_at: datetime

    def __repr__(self) -> str:
        return f"SigningKey({self.kid})"

    @property
    def verifying(self) -> VerifyingKey:
        return VerifyingKey(self.kid, self.algorithm.value, self.private.public_key())

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half, as it is published."""
        if isinstance(self.private, RSAPrivateKey):
            made = RSAAlgorithm.to_jwk(self.private.public_key())
        else:
            made = OKPAlgorithm.to_jwk(self.private.public_key())
        return {**json.loads(made), "kid": self.kid, "alg": self.algorithm.value, "use": "sig"}

    @property
    def secret(self) -> bytes:
        """The private half as bytes, to be wrapped."""
        return self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def new_signing_key(algorithm: TokenAlgorithm, now: datetime) -> SigningKey:
    """Made by chance. An RSA key takes a tenth of a second: away from the event loop."""
    private: PrivateKey
    match algorithm:
        case TokenAlgorithm.EDDSA:
            private = Ed25519PrivateKey.generate()
        case TokenAlgorithm.RS256:
            private = generate_private_key(RSA_EXPONENT, RSA_BITS)
    return SigningKey(new_id(), algorithm, private, now)


def signing_key(kid: str, algorithm: TokenAlgorithm, secret: bytes, created_at: datetime) -> SigningKey:
    """The key that `secret` was made of. Raises ValueError for bytes that hold none of ours."""
    private = load_der_private_key(secret, None)
    if not isinstance(private, Ed25519PrivateKey | RSAPrivateKey):
        raise ValueError("not a signing key of ours")
    return SigningKey(kid, algorithm, private, created_at)
