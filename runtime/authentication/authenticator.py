"""Who is calling, from what they send: the one place where a credential becomes a caller."""

from collections.abc import Callable
from datetime import datetime

from runtime.authentication.api_key_check import ApiKeyCheck, is_api_key
from runtime.authentication.credential import Credential
from runtime.authentication.epoch import Epoch
from runtime.authentication.key_look_up import KeyLookUp
from runtime.authentication.key_ring import KeyRing
from runtime.authentication.oidc_tokens import OidcTokens
from runtime.authentication.presented import presented
from runtime.authentication.problems import (
    CANNOT_TELL,
    NOT_AUTHENTICATED,
    TOKEN_EXPIRED,
    TOKEN_REVOKED,
    refuse,
)
from runtime.authentication.revocations import Revocations
from runtime.authentication.tokens import ISSUER, own_credential
from runtime.bounded import Bounded
from runtime.database import is_unavailable
from runtime.identity import Caller
from runtime.problems import Problem

REMEMBERED_MAX = 10_000
BEARER = "Bearer "


class Authenticator:
    """Understands our own tokens, API keys, and tokens of an OIDC provider where there is one.

    What was verified is remembered: a signature costs more than the rest of a small request. Only what was found good
    is, so a million bad tokens leave nothing behind.
    """

    def __init__(
        self,
        *,
        epoch: Epoch,
        ring: KeyRing,
        keys: KeyLookUp,
        revocations: Revocations,
        api_keys: ApiKeyCheck,
        oidc: OidcTokens | None,
        now: Callable[[], datetime],
        remembered_max: int = REMEMBERED_MAX,
    ) -> None:
        self._epoch = epoch
        self._ring = ring
        self._keys = keys
        self._revocations = revocations
        self._api_keys = api_keys
        self._oidc = oidc
        self._now = now
        self._remembered: Bounded[str, Credential] = Bounded(remembered_max)

    def remembered(self, authorization: str) -> Caller | None:
        """Who sent this value of an `Authorization` header before, if that is still good; None: ask `authenticate`."""
        credential = self._remembered.get(authorization)
        if credential is None:
            return None
        if credential.epoch == self._epoch.number and self._now() < credential.good_until:
            return credential.caller
        return self._looked_at_again(authorization, credential)

    async def authenticate(self, authorization: str | None) -> Caller:
        """Who sent this value of an `Authorization` header.

        Raises Problem 401: `not-authenticated` without a bearer token, `token-invalid`, `token-expired`,
        `token-revoked`; 503 `authentication-unavailable` while that cannot be told.
        """
        if not authorization:
            raise Problem(NOT_AUTHENTICATED)
        scheme, _, rest = authorization.partition(" ")
        token = rest.strip()
        if scheme != "Bearer" and scheme.lower() != "bearer":
            raise Problem(NOT_AUTHENTICATED)
        if self._revocations.is_blind:
            raise Problem(CANNOT_TELL)
        epoch = self._epoch.number
        try:
            credential = await self._credential(token)
        except Exception as error:
            if is_unavailable(error):
                raise Problem(CANNOT_TELL) from None
            raise
        if self._now() >= credential.good_until:
            raise Problem(TOKEN_EXPIRED)
        if not self._revocations.counts(credential):
            raise Problem(TOKEN_REVOKED)
        # Of the epoch before the checks: what has changed while they waited for something is looked at once more.
        credential.epoch = epoch
        if len(authorization) == len(BEARER) + len(token):
            # With spaces around it one good token could be written in so many ways that it filled the memory.
            self._remembered.put(authorization, credential)
        return credential.caller

    async def _credential(self, token: str) -> Credential:
        if is_api_key(token):
            return await self._api_keys.credential(token)
        now, given = self._now(), presented(token)
        issuer = given.claims.get("iss")
        if self._oidc is not None and issuer == self._oidc.issuer:
            return await self._oidc.credential(given, now)
        if issuer != ISSUER:
            refuse("its issuer")
        key = await self._keys.find(given.kid)
        if key is None:
            refuse("its key")
        return own_credential(given, key, now)

    def _looked_at_again(self, authorization: str, credential: Credential) -> Caller | None:
        """Something has changed since, or it has expired."""
        now = self._now()
        if now < credential.good_until and not self._revocations.is_blind and self._counts(credential, now):
            credential.epoch = self._epoch.number
            return credential.caller
        if not self._revocations.is_blind:
            self._remembered.drop(authorization)
        return None

    def _counts(self, credential: Credential, now: datetime) -> bool:
        if credential.kid is not None and self._ring.find(credential.kid, now) is None:
            return False
        return self._revocations.counts(credential)
