"""`access.signing_keys`: the keys as they lie in the database, and how they are changed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from runtime.authentication.signing_key import SigningKey, signing_key
from runtime.authentication.verifying_key import VerifyingKey, public_key
from runtime.master_key import MasterKey
from runtime.notices import ACCESS_CHANNEL
from runtime.settings import TokenAlgorithm

# Makers of keys wait for one another, so that several processes that start at once make one key.
CHANGING_KEYS = 7_061_977_461_139
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock($1)"
TELL = "SELECT pg_notify($1, $2)"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as every process may read it."""

    kid: str
    algorithm: str
    jwk: dict[str, Any]
    created_at: datetime
    not_after: datetime | None

    @property
    def verifying(self) -> VerifyingKey:
        """Raises ValueError for a row that holds no key of ours."""
        algorithm, public = public_key(self.jwk)
        if algorithm != self.algorithm:
            raise ValueError("the key is for another algorithm")
        return VerifyingKey(self.kid, algorithm, public, self.not_after)


def aad(kid: str) -> bytes:
    """What the wrapping of a private key is bound to."""
    return f"signing-key:{kid}".encode()


# The newest first: of those without an end, that one signs.
PUBLIC_KEYS = """SELECT kid, algorithm, public_jwk, created_at, not_after FROM access.signing_keys
                 WHERE not_after IS NULL OR not_after > $1 ORDER BY created_at DESC, kid DESC LIMIT 100"""


async def public_keys(db: "asyncpg.Pool | asyncpg.Connection", now: datetime) -> list[KeyRow]:
    """Every key that verifies now."""
    return [
        KeyRow(
            row["kid"], row["algorithm"], json.loads(row["public_jwk"]), row["created_at"], row["not_after"]
        )
        for row in await db.fetch(PUBLIC_KEYS, now)
    ]


PRIVATE_KEY = "SELECT private_key FROM access.signing_keys WHERE kid = $1"


async def private_key(
    db: "asyncpg.Pool | asyncpg.Connection", row: KeyRow, master: MasterKey
) -> SigningKey | None:
    """The key to sign with, or None when it has just gone. Raises MasterKeyMissing. For the command side only."""
    wrapped = await db.fetchval(PRIVATE_KEY, row.kid)
    if wrapped is None:
        return None
    secret = master.unwrap(aad(row.kid), wrapped)
    return signing_key(row.kid, TokenAlgorithm(row.algorithm), secret, row.created_at)


SIGNING_KID = """SELECT kid FROM access.signing_keys WHERE not_after IS NULL
                 ORDER BY created_at DESC, kid DESC LIMIT 1"""
ADD = """INSERT INTO access.signing_keys (kid, algorithm, public_jwk, private_key, created_at)
         VALUES ($1, $2, $3::text::json, $4, $5)"""


async def make_first(pool: "asyncpg.Pool", key: SigningKey, master: MasterKey) -> None:
    """Add `key`, unless there is one that signs by now."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(ONE_AT_A_TIME, CHANGING_KEYS)
        if await connection.fetchval(SIGNING_KID) is None:
            await _add(connection, key, master)


END_OTHERS = "UPDATE access.signing_keys SET not_after = $2 WHERE not_after IS NULL AND kid <> $1"


async def rotate(pool: "asyncpg.Pool", key: SigningKey, master: MasterKey, others_end_at: datetime) -> None:
    """`key` signs at once; the others verify until `others_end_at`."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(ONE_AT_A_TIME, CHANGING_KEYS)
        await _add(connection, key, master)
        await connection.execute(END_OTHERS, key.kid, others_end_at)


DROP = "DELETE FROM access.signing_keys WHERE kid = $1 RETURNING kid"


async def retire(pool: "asyncpg.Pool", kid: str, successor: SigningKey, master: MasterKey) -> bool:
    """End a key at once, with every token it has signed; whether there was one. `successor` signs if that one did."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(ONE_AT_A_TIME, CHANGING_KEYS)
        if await connection.fetchval(DROP, kid) is None:
            return False
        if await connection.fetchval(SIGNING_KID) is None:
            await _add(connection, successor, master)
        await connection.execute(TELL, ACCESS_CHANNEL, "keys")
    return True


DROP_ENDED = "DELETE FROM access.signing_keys WHERE not_after <= $1"


async def drop_ended(pool: "asyncpg.Pool", now: datetime) -> None:
    """Those whose last token has expired are of no use to anybody any more."""
    await pool.execute(DROP_ENDED, now)


async def _add(connection: Any, key: SigningKey, master: MasterKey) -> None:
    wrapped = master.wrap(aad(key.kid), key.secret)
    await connection.execute(ADD, key.kid, key.algorithm.value, json.dumps(key.jwk), wrapped, key.created_at)
    await connection.execute(TELL, ACCESS_CHANNEL, "keys")
