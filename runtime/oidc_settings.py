"""The settings about an OIDC provider whose tokens are taken as well as our own."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator, model_validator
from pydantic_settings import NoDecode

from runtime.identity import Role

ROLES_MAX = 100


class OidcSettings(BaseModel):
    """All unset: only our own tokens and API keys are taken."""

    oidc_issuer: str | None = Field(
        None,
        max_length=1024,
        description="Issuer (`iss`) of an OIDC provider whose access tokens are taken too; unset = none",
    )
    oidc_jwks_url: str | None = Field(
        None,
        max_length=1024,
        description="Where its keys are; unset = what its /.well-known/openid-configuration says",
    )
    oidc_audience: str | None = Field(
        None, max_length=1024, description="The `aud` that its tokens must have: needed with an issuer"
    )
    oidc_role_claim: str = Field(
        "role",
        max_length=256,
        description="Claim that holds the roles, with dots into objects: realm_access.roles",
    )
    oidc_roles: Annotated[Mapping[str, Role], NoDecode] = Field(
        {},
        description="Which value of that claim is which role, as value=role,...; the first that fits counts; "
        "without one the caller is a customer",
    )

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _as_a_mapping(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found: dict[str, str] = {}
        for part in filter(None, (part.strip() for part in value.split(","))):
            name, equals, role = part.rpartition("=")
            if not equals or not name or role not in tuple(Role):
                raise ValueError(f"write value=role,...; the roles are {', '.join(Role)}")
            found.setdefault(name.strip(), role)
        if len(found) > ROLES_MAX:
            raise ValueError(f"at most {ROLES_MAX} values")
        return found

    @field_validator("oidc_issuer", "oidc_jwks_url")
    @classmethod
    def _is_safe_to_fetch(cls, value: str | None) -> str | None:
        if value is not None and not is_safe_url(value):
            raise ValueError("must start with https:// (http:// only for this machine)")
        return value

    @model_validator(mode="after")
    def _an_audience_is_named(self) -> Self:
        if self.oidc_issuer is not None and self.oidc_audience is None:
            # Otherwise a token that any other application was given would be good here.
            raise ValueError("SEATLEDGER_OIDC_AUDIENCE: must be given with SEATLEDGER_OIDC_ISSUER")
        return self


def is_safe_url(url: str) -> bool:
    """Whether nobody on the way can change what it answers: TLS, or this machine itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, whatever a name server says."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
