"""Access tokens of an OIDC provider, and whom its claims stand for here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Protocol

from runtime.authentication.credential import Credential
from runtime.authentication.presented import CLOCK_SKEW_SECONDS, Presented, time_claim
from runtime.authentication.problems import refuse
from runtime.authentication.verifying_key import VerifyingKey
from runtime.identity import Caller, Role
from runtime.oidc_settings import OidcSettings
from runtime.privacy.person_key import ENCRYPTED
from runtime.texts.visible import CONTROL_CHARACTER, INVISIBLE
from runtime.uuid8 import uuid8

TEXT_MAX_CHARS = 320
SUBJECT_MAX_CHARS = 255


class Keys(Protocol):
    """The provider's, see `oidc_keys`."""

    async def find(self, kid: str) -> VerifyingKey | None: ...

    async def close(self) -> None: ...


class OidcTokens:
    """Those of the issuer in the settings, for the audience in the settings."""

    def __init__(self, settings: OidcSettings, keys: Keys) -> None:
        self.issuer = settings.oidc_issuer or ""
        self._audience = settings.oidc_audience or ""
        self._role_claim = settings.oidc_role_claim.split(".")
        self._roles = settings.oidc_roles
        self._keys = keys

    async def credential(self, token: Presented, now: datetime) -> Credential:
        """Raises Problem 401 `token-invalid`; 503 if it cannot be told. Whether it has expired is for the caller."""
        key = await self._keys.find(token.kid)
        if key is None:
            refuse("its key")
        token.must_be_signed_with(key)
        claims = token.claims
        audience = claims.get("aud")
        if claims.get("iss") != self.issuer or self._audience not in (
            audience if isinstance(audience, list) else [audience]
        ):
            refuse("its audience")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MAX_CHARS:
            refuse("its subject")
        latest = now.timestamp() + CLOCK_SKEW_SECONDS
        issued_at, expires_at = time_claim(claims, "iat"), time_claim(claims, "exp")
        if issued_at > latest or ("nbf" in claims and time_claim(claims, "nbf") > latest):
            refuse("its times")
        return Credential(
            caller=Caller(caller_id(self.issuer, subject), self._role(claims), _name(claims), _email(claims)),
            good_until=datetime.fromtimestamp(expires_at, UTC),
            issued_at=datetime.fromtimestamp(issued_at, UTC),
        )

    async def close(self) -> None:
        await self._keys.close()

    def _role(self, claims: dict[str, Any]) -> Role:
        found: Any = claims
        for step in self._role_claim:
            found = found.get(step) if isinstance(found, dict) else None
        return role_among(found, self._roles)


def role_among(values: object, roles: Mapping[str, Role]) -> Role:
    """The first role of `roles` that one of the values (a text, or a list of them) has; without one a customer."""
    given = values if isinstance(values, list) else [values]
    names = {value for value in given if isinstance(value, str)}
    return next((role for value, role in roles.items() if value in names), Role.CUSTOMER)


def caller_id(issuer: str, subject: str) -> str:
    """The same UUID (version 8) for the same person of the same issuer, and no other for anybody else."""
    # The issuer is hashed by itself, so that no two pairs run together into one text.
    within = blake2b(issuer.encode("utf-8", "surrogatepass"), digest_size=32, person=b"oidc-issuer").digest()
    subject_bytes = subject.encode("utf-8", "surrogatepass")
    return uuid8(blake2b(subject_bytes, key=within, digest_size=16, person=b"oidc-subject").digest())


def _name(claims: dict[str, Any]) -> str:
    return next((text for claim in ("name", "preferred_username") if (text := _text(claims.get(claim)))), "")


def _email(claims: dict[str, Any]) -> str:
    # An address that nobody has proved to be theirs is not told on as theirs.
    return "" if claims.get("email_verified") is False else _text(claims.get("email"))


def _text(value: object) -> str:
    """As long as it may be, in signs that are seen: people choose their names at the provider, by its rules."""
    if not isinstance(value, str):
        return ""
    text = value.encode("utf-8", "ignore").decode().replace("\x00", "")
    text = INVISIBLE.sub("", CONTROL_CHARACTER.sub(" ", text)).strip()[:TEXT_MAX_CHARS]
    # What we have encrypted is opened wherever it stands: nobody brings it along.
    return "" if ENCRYPTED.search(text) else text
