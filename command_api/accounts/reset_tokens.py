"""Tokens with which somebody who cannot sign in chooses a new password: of a user only the newest counts, once."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from runtime.ids import new_bytes

SECRET_BYTES, ID_BYTES = 32, 16
TEXT_CHARS = 64
LIFE = timedelta(minutes=30)
INVITATION_LIFE = timedelta(days=3)
PAUSE = timedelta(minutes=1)
"""No more than one letter in this time, however often it is asked for."""

EVER = datetime(9999, 1, 1, tzinfo=UTC)

MAKE = """INSERT INTO command_api.password_resets AS r (user_id, token_hash, made_at, expires_at)
          VALUES ($1, $2, $3, $4)
          ON CONFLICT (user_id) DO UPDATE SET token_hash = $2, made_at = $3, expires_at = $4
          WHERE r.made_at <= $5 RETURNING true"""


class ResetToken(NamedTuple):
    """Names the account, so that it is looked up by it, and proves that one may."""

    user_id: str
    hash: bytes


async def make(db: Any, user_id: str, now: datetime, life: timedelta = LIFE) -> str:
    """A new token in the place of any older one."""
    secret = new_bytes(SECRET_BYTES)
    await db.fetchval(MAKE, user_id, sha256(secret).digest(), now, now + life, EVER)
    return _text(user_id, secret)


async def make_seldom(db: Any, user_id: str, now: datetime) -> str | None:
    """The same; None when the older one was made a moment ago."""
    secret = new_bytes(SECRET_BYTES)
    made = await db.fetchval(MAKE, user_id, sha256(secret).digest(), now, now + LIFE, now - PAUSE)
    return _text(user_id, secret) if made else None


def _text(user_id: str, secret: bytes) -> str:
    return urlsafe_b64encode(UUID(user_id).bytes + secret).decode()


def read(text: str) -> ResetToken | None:
    """None for what cannot be a token."""
    try:
        whole = urlsafe_b64decode(text.encode("ascii"))
    except (Error, ValueError):
        return None
    if len(text) != TEXT_CHARS or len(whole) != ID_BYTES + SECRET_BYTES:
        return None
    return ResetToken(str(UUID(bytes=whole[:ID_BYTES])), sha256(whole[ID_BYTES:]).digest())


IS_GOOD = """SELECT true FROM command_api.password_resets
             WHERE user_id = $1 AND token_hash = $2 AND expires_at > $3"""


async def is_good(db: Any, token: ResetToken, now: datetime) -> bool:
    """Whether it could be used now."""
    return bool(await db.fetchval(IS_GOOD, token.user_id, token.hash, now))


USE = """DELETE FROM command_api.password_resets
         WHERE user_id = $1 AND token_hash = $2 AND expires_at > $3 RETURNING true"""


async def use(connection: Any, token: ResetToken, now: datetime) -> bool:
    """Within a transaction that holds the account: used up, if it was good."""
    return bool(await connection.fetchval(USE, token.user_id, token.hash, now))


FORGET = "DELETE FROM command_api.password_resets WHERE user_id = $1"


async def forget(connection: Any, user_id: str) -> None:
    """Any token of this user counts no more."""
    await connection.execute(FORGET, user_id)
