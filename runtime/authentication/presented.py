"""A JWT as it was presented: taken apart, and not yet believed."""

import base64
from dataclasses import dataclass
from typing import Any

import jwt

from runtime.authentication.problems import refuse
from runtime.authentication.strict_json import json_object
from runtime.authentication.verifying_key import VerifyingKey

TOKEN_MAX_CHARS = 8192
KID_MAX_CHARS = 128
CLOCK_SKEW_SECONDS = 60
"""How far ahead the clock of the machine that issued a token may be."""

TIME_MAX = 253_402_300_799
"""The last second of the year 9999: later than any time a clock can say."""

_SIGNATURES = jwt.PyJWS(algorithms=["EdDSA", "RS256", "ES256"])


@dataclass(frozen=True, slots=True)
class Presented:
    """`algorithm` and `kid` are what the header says. No other word of it is used: a key that a token brings along
    (`jwk`, `jku`, `x5u`) proves nothing about it.
    """

    token: str
    algorithm: str
    kid: str
    type: str
    claims: dict[str, Any]

    def must_be_signed_with(self, key: VerifyingKey) -> None:
        """Raises Problem 401 `token-invalid` unless it is."""
        # The algorithm is the key's. A header that could choose would turn a public key into a shared secret.
        if self.algorithm != key.algorithm:
            refuse("its algorithm")
        try:
            _SIGNATURES.decode_complete(self.token, key.public, algorithms=[key.algorithm])
        except Exception as error:  # noqa: BLE001 - whatever a hostile token does to the decoder, it is refused
            refuse(type(error).__name__)


def presented(token: str) -> Presented:
    """Raises Problem 401 `token-invalid` for what is not a JWT, or one that not everybody would read in one way."""
    if not token or len(token) > TOKEN_MAX_CHARS:
        refuse("its length")
    parts = token.split(".")
    if len(parts) != 3:
        refuse("its form")
    try:
        header, claims = json_object(_bytes(parts[0])), json_object(_bytes(parts[1]))
    except (ValueError, RecursionError) as error:
        refuse(type(error).__name__)
    # Extensions that must be understood are not, and a payload that is not base64 is one of them.
    if "crit" in header or "b64" in header:
        refuse("its extensions")
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ")
    if not isinstance(algorithm, str) or not isinstance(kid, str) or not 0 < len(kid) <= KID_MAX_CHARS:
        refuse("its header")
    return Presented(token, algorithm, kid, kind if isinstance(kind, str) else "", claims)


def time_claim(claims: dict[str, Any], name: str) -> int:
    """Whole seconds since 1970. Raises Problem 401 `token-invalid` for any other kind of number and absurd ones."""
    value = claims.get(name)
    if type(value) is not int or not 0 <= value <= TIME_MAX:
        refuse(f"its {name}")
    return value


def _bytes(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
