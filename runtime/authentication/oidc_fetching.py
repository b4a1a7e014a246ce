"""Fetching the keys of an OIDC provider: bounded in time and size, and believed only from a safe address."""

from typing import Any

import httpx

from runtime.authentication.strict_json import json_object
from runtime.authentication.verifying_key import VerifyingKey, public_key
from runtime.oidc_settings import OidcSettings, is_safe_url

DISCOVERY = "/.well-known/openid-configuration"
DOCUMENT_MAX_BYTES = 256 * 1024
FETCH_SECONDS_MAX = 5.0
KEYS_MAX = 64


class NoKeys(Exception):
    """The provider's keys could not be had; the message says why, for the log."""


class KeyFetching:
    """Asks the provider of these settings, over a client that is closed at the end."""

    def __init__(self, settings: OidcSettings) -> None:
        self._issuer = settings.oidc_issuer or ""
        self._jwks_url = settings.oidc_jwks_url
        self._client = httpx.AsyncClient(
            timeout=FETCH_SECONDS_MAX, follow_redirects=False, headers={"Accept": "application/json"}
        )

    async def keys(self) -> dict[str, VerifyingKey]:
        """By name, those that are fit to verify with. Raises NoKeys."""
        document = await self._document(self._jwks_url or await self._discovered())
        listed = document.get("keys")
        if not isinstance(listed, list):
            raise NoKeys("the document holds no keys")
        found: dict[str, VerifyingKey] = {}
        for jwk in listed[:KEYS_MAX]:
            key = _verifying(jwk)
            if key is not None:
                found.setdefault(key.kid, key)
        if not found:
            raise NoKeys("none of its keys is one to verify with")
        return found

    async def close(self) -> None:
        await self._client.aclose()

    async def _discovered(self) -> str:
        document = await self._document(self._issuer.rstrip("/") + DISCOVERY)
        url = document.get("jwks_uri")
        if document.get("issuer") != self._issuer:
            raise NoKeys("the discovery document is another issuer's")
        if not isinstance(url, str) or not is_safe_url(url):
            raise NoKeys("the discovery document names no safe jwks_uri")
        return url

    async def _document(self, url: str) -> dict[str, Any]:
        text = b""
        try:
            async with self._client.stream("GET", url) as answer:
                if answer.status_code != 200:
                    raise NoKeys(f"{url} answered {answer.status_code}")
                async for piece in answer.aiter_bytes():
                    text += piece
                    if len(text) > DOCUMENT_MAX_BYTES:
                        raise NoKeys(f"{url} answered more than {DOCUMENT_MAX_BYTES} bytes")
            return json_object(text)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoKeys(f"{url} cannot be reached: {type(error).__name__}") from None
        except (ValueError, RecursionError):
            raise NoKeys(f"{url} answered no JSON object") from None


def _verifying(jwk: object) -> VerifyingKey | None:
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str):
        return None
    try:
        algorithm, public = public_key(jwk)
    except ValueError:
        # Providers publish keys of other kinds beside these, such as those for encryption.
        return None
    return VerifyingKey(jwk["kid"], algorithm, public)
