"""Public keys, and which algorithm each is for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

RSA_BITS_MIN = 2048
ALGORITHM_OF_TYPE = {"OKP": "EdDSA", "RSA": "RS256", "EC": "ES256"}
"""One for each type of key. A shared secret (`oct`) is no public key."""

PublicKey = Ed25519PublicKey | RSAPublicKey | EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """What tokens are verified with until `not_after` (None: until further notice)."""

    kid: str
    algorithm: str
    public: PublicKey
    not_after: datetime | None = None

    def is_good_at(self, now: datetime) -> bool:
        return self.not_after is None or now < self.not_after


def public_key(jwk: dict[str, Any]) -> tuple[str, PublicKey]:
    """The algorithm and the key of a JWK. Raises ValueError for any that is not fit to verify with."""
    algorithm = ALGORITHM_OF_TYPE.get(str(jwk.get("kty")))
    if algorithm is None or jwk.get("alg", algorithm) != algorithm or jwk.get("use", "sig") != "sig":
        raise ValueError("not a key to verify with")
    if "d" in jwk:
        raise ValueError("a private key")
    try:
        key = PyJWK.from_dict(jwk, algorithm).key
    except (PyJWTError, TypeError, KeyError) as error:
        raise ValueError(f"not a key: {type(error).__name__}") from None
    match key:
        case Ed25519PublicKey():
            return algorithm, key
        case RSAPublicKey() if key.key_size >= RSA_BITS_MIN:
            return algorithm, key
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return algorithm, key
        case _:
            raise ValueError("not a key of a kind that is used here")
