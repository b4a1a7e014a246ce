"""Access tokens: issued after a login, verified on every request.

A token is a JWT signed with one shared key. Checking a signature costs ten times what the rest of a hot
request's authorisation does, so verified tokens are remembered until they expire; the expiry is
checked on every use, remembered or not.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

import jwt

from runtime.identity import Caller, Role
from runtime.ids import new_id, utc_now
from runtime.problems import Problem, ProblemDetail

ALGORITHM = "HS256"
ISSUER = "seatledger"
AUDIENCE = "seatledger-api"
HEADER_TYPE = "at+jwt"
REQUIRED_CLAIMS = ("iss", "aud", "use", "sub", "role", "name", "email", "iat", "exp", "jti")
ROLE_NAMES = tuple(Role)
SECRET_MIN_BYTES = 32
TOKEN_MAX_CHARS = 4096
CACHE_MAX_TOKENS = 10_000
CLOCK_SKEW_SECONDS = 60
"""How far ahead the clock of the machine that issued a token may be."""

TOKEN_MISSING = ProblemDetail(
    401,
    "not-authenticated",
    "Sign in first",
    "Send the access token as 'Authorization: Bearer <token>'.",
    headers={"WWW-Authenticate": "Bearer"},
)
TOKEN_INVALID = ProblemDetail(
    401,
    "token-invalid",
    "This is not an access token of ours",
    headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
)
TOKEN_EXPIRED = ProblemDetail(
    401,
    "token-expired",
    "The access token has expired",
    "Get a new one with the refresh token.",
    headers={"WWW-Authenticate": 'Bearer error="invalid_token", error_description="expired"'},
)

_log = logging.getLogger(__name__)


class Tokens:
    """Issues and verifies access tokens that live `access_seconds`. `now` is the clock, aware.

    Raises ValueError when `secret` is shorter than 32 bytes, the least that HS256 is worth something with.
    """

    def __init__(
        self,
        secret: bytes,
        access_seconds: int,
        *,
        now: Callable[[], datetime] = utc_now,
        cache_max: int = CACHE_MAX_TOKENS,
    ) -> None:
        if len(secret) < SECRET_MIN_BYTES:
            raise ValueError(f"a token secret needs at least {SECRET_MIN_BYTES} bytes")
        self.access_seconds = access_seconds
        self._secret = secret
        self._now = now
        self._cache_max = cache_max
        self._verified: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    def issue(self, caller: Caller) -> str:
        """A fresh access token for `caller`."""
        issued_at = int(self._now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "use": "access",
            "sub": caller.id,
            "role": caller.role.value,
            "name": caller.name,
            "email": caller.email,
            "iat": issued_at,
            "exp": issued_at + self.access_seconds,
            "jti": new_id(),
        }
        return jwt.encode(claims, self._secret, ALGORITHM, headers={"typ": HEADER_TYPE})

    def remembered(self, authorization: str) -> Caller | None:
        """The caller behind the value of an `Authorization` header, if its token is known and still holds."""
        token = _bearer(authorization)
        known = None if token is None else self._verified.get(token)
        if token is None or known is None or self._now().timestamp() >= known[0]:
            return None
        self._verified.move_to_end(token)
        return known[1]

    async def authenticate(self, authorization: str | None) -> Caller:
        """The caller behind the value of an `Authorization` header.

        Raises Problem 401: `not-authenticated` without a bearer token, `token-invalid`, `token-expired`.
        """
        token = _bearer(authorization or "")
        if token is None:
            raise Problem(TOKEN_MISSING)
        return self.verify(token)

    def verify(self, token: str) -> Caller:
        """The caller `token` was issued to. Raises Problem 401 `token-invalid` or `token-expired`."""
        now = self._now().timestamp()
        known = self._verified.get(token)
        if known is None:
            known = self._verify_afresh(token, now)
        else:
            self._verified.move_to_end(token)
        expires_at, caller = known
        if now >= expires_at:
            self._verified.pop(token, None)
            raise Problem(TOKEN_EXPIRED)
        return caller

    def _verify_afresh(self, token: str, now: float) -> tuple[float, Caller]:
        if not token or len(token) > TOKEN_MAX_CHARS:
            _refuse("its length")
        try:
            # PyJWT would compare the times with the machine's clock; ours is injected, so it is told not to.
            decoded = jwt.decode_complete(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={
                    "require": list(REQUIRED_CLAIMS),
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except Exception as error:  # noqa: BLE001 - whatever a hostile token does to the decoder, it is refused
            _refuse(type(error).__name__)
        known = _read(decoded["header"], decoded["payload"], now)
        self._remember(token, known)
        return known

    def _remember(self, token: str, known: tuple[float, Caller]) -> None:
        self._verified[token] = known
        if len(self._verified) > self._cache_max:
            self._verified.popitem(last=False)


def _bearer(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer" and scheme.lower() != "bearer":
        return None
    return token.strip()


def _read(header: dict[str, Any], claims: dict[str, Any], now: float) -> tuple[float, Caller]:
    """The expiry (seconds since 1970) and the caller, out of a token whose signature holds."""
    texts = [claims[name] for name in ("sub", "name", "email")]
    times = [claims[name] for name in ("iat", "exp")]
    if header.get("typ") != HEADER_TYPE or claims["use"] != "access":
        _refuse("its use")
    if not all(isinstance(text, str) for text in texts) or not texts[0]:
        _refuse("its claims")
    if not all(type(time) is int for time in times) or times[0] > now + CLOCK_SKEW_SECONDS:
        _refuse("its times")
    if claims["role"] not in ROLE_NAMES:
        _refuse("its role")
    return float(times[1]), Caller(texts[0], Role(claims["role"]), texts[1], texts[2])


def _refuse(why: str) -> NoReturn:
    # The reason stays in our log: told to the sender, it would help to forge the next one.
    _log.debug("access token refused for %s", why)
    raise Problem(TOKEN_INVALID) from None
