"""Tokens for applications under test that are given no database to keep keys in."""

from collections.abc import Callable
from datetime import datetime

import asyncpg
import orjson

from runtime.authentication.key_ring import KeyRing, ring_of
from runtime.authentication.presented import presented
from runtime.authentication.problems import NOT_AUTHENTICATED, TOKEN_EXPIRED, refuse
from runtime.authentication.signing_key import new_signing_key
from runtime.authentication.tokens import Tokens, own_credential
from runtime.identity import Caller
from runtime.ids import utc_now
from runtime.problems import Problem
from runtime.settings import TokenAlgorithm

KEY = new_signing_key(TokenAlgorithm.EDDSA, utc_now())
RING = ring_of(KEY)


TRUST = """INSERT INTO access.signing_keys (kid, algorithm, public_jwk, private_key, created_at)
           VALUES ($1, 'EdDSA', $2::text::json, '', '2000-01-01Z') ON CONFLICT DO NOTHING"""


async def trust(dsn: str) -> None:
    """The servers of this database take what we sign. Our key is older than theirs, so they never sign with it."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(TRUST, KEY.kid, orjson.dumps(KEY.jwk).decode())
    finally:
        await connection.close()


class SignedTokens(Tokens):
    """Issues tokens and understands them: both halves of what a process has from its database."""

    def __init__(
        self, access_seconds: int = 3600, *, ring: KeyRing = RING, now: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__(ring, access_seconds, now=now)

    def remembered(self, _authorization: str) -> Caller | None:
        return None

    async def authenticate(self, authorization: str | None) -> Caller:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            raise Problem(NOT_AUTHENTICATED)
        return self.verify(token.strip())

    def verify(self, token: str) -> Caller:
        given, now = presented(token), self._now()
        key = self._keys.find(given.kid, now)
        if key is None:
            refuse("its key")
        found = own_credential(given, key, now)
        if now >= found.good_until:
            raise Problem(TOKEN_EXPIRED)
        return found.caller
