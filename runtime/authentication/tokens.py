"""Our own access tokens: issued after a login, and read again on a request.

A token is a JWT signed with a key that never leaves the command side; whoever has the public half, which is in
/.well-known/jwks.json, can verify it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import jwt

from runtime.authentication.credential import Credential
from runtime.authentication.key_ring import KeyRing
from runtime.authentication.presented import CLOCK_SKEW_SECONDS, Presented, time_claim
from runtime.authentication.problems import refuse
from runtime.authentication.verifying_key import VerifyingKey
from runtime.identity import Caller, Role
from runtime.ids import is_id, new_id, utc_now

ISSUER = "seatledger"
AUDIENCE = "seatledger-api"
HEADER_TYPE = "at+jwt"
ROLE_NAMES = frozenset(Role)
OWN_TOKEN_MAX_CHARS = 4096
GENERATION_MAX = 2**63 - 1


class Tokens:
    """Issues access tokens that live `access_seconds`. `now` is the clock, aware.

    A token carries the generation of its user (`generation_of`): times are whole seconds in a JWT, and clocks differ.
    """

    def __init__(
        self,
        keys: KeyRing,
        access_seconds: int,
        *,
        now: Callable[[], datetime] = utc_now,
        generation_of: Callable[[str], int] = lambda _user_id: 0,
    ) -> None:
        self.access_seconds = access_seconds
        self._keys = keys
        self._now = now
        self._generation_of = generation_of

    def issue(self, caller: Caller) -> str:
        """A fresh access token for `caller`. Raises RuntimeError in a process that may not sign."""
        key = self._keys.signing
        if key is None:
            raise RuntimeError("this process has no key to sign with")
        issued_at = int(self._now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "use": "access",
            "sub": caller.id,
            "role": caller.role.value,
            "name": caller.name,
            "email": caller.email,
            "gen": self._generation_of(caller.id),
            "iat": issued_at,
            "exp": issued_at + self.access_seconds,
            "jti": new_id(),
        }
        headers = {"typ": HEADER_TYPE, "kid": key.kid}
        return jwt.encode(claims, key.private, key.algorithm.value, headers=headers)


def own_credential(token: Presented, key: VerifyingKey, now: datetime) -> Credential:
    """What one of our tokens says, once its signature holds. Raises Problem 401 `token-invalid`."""
    token.must_be_signed_with(key)
    claims = token.claims
    if len(token.token) > OWN_TOKEN_MAX_CHARS:
        refuse("its length")
    if token.type != HEADER_TYPE or claims.get("use") != "access":
        refuse("its use")
    if claims.get("iss") != ISSUER or claims.get("aud") != AUDIENCE:
        refuse("its audience")
    user_id, name, email, token_id = (claims.get(claim) for claim in ("sub", "name", "email", "jti"))
    if not (isinstance(user_id, str) and isinstance(name, str) and isinstance(email, str)):
        refuse("its claims")
    # Ours are all ids. Every query by whom it is about takes an id: another text would be its failure, not a refusal.
    if not is_id(user_id):
        refuse("its subject")
    if not isinstance(token_id, str) or not token_id:
        refuse("its id")
    issued_at, expires_at = time_claim(claims, "iat"), time_claim(claims, "exp")
    if issued_at > now.timestamp() + CLOCK_SKEW_SECONDS:
        refuse("its times")
    role, generation = claims.get("role"), claims.get("gen")
    if not isinstance(role, str) or role not in ROLE_NAMES:
        refuse("its role")
    if type(generation) is not int or not 0 <= generation <= GENERATION_MAX:
        refuse("its generation")
    ends = datetime.fromtimestamp(expires_at, UTC)
    return Credential(
        caller=Caller(user_id, Role(role), name, email),
        good_until=ends if key.not_after is None else min(ends, key.not_after),
        issued_at=datetime.fromtimestamp(issued_at, UTC),
        generation=generation,
        kid=key.kid,
    )
