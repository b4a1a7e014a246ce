"""Refresh tokens: each is used once, and one that is used twice ends its whole family."""

from datetime import datetime, timedelta
from hashlib import sha256

import asyncpg

from runtime.ids import new_id, new_secret

INSERT = """INSERT INTO command_api.refresh_tokens (token_hash, family, user_id, expires_at) VALUES ($1, $2, $3, $4)"""

SPEND = """UPDATE command_api.refresh_tokens SET spent_at = $2
           WHERE token_hash = $1 AND spent_at IS NULL AND expires_at > $2
           RETURNING family, user_id::text"""

END_FAMILY_OF = """DELETE FROM command_api.refresh_tokens WHERE family IN
                   (SELECT family FROM command_api.refresh_tokens WHERE token_hash = $1)"""

END_ALL_OF = "DELETE FROM command_api.refresh_tokens WHERE user_id = $1"


class Sessions:
    """Refresh tokens in the database, by their hash: a stolen table signs nobody in."""

    def __init__(self, pool: "asyncpg.Pool", life_seconds: int) -> None:
        self._pool = pool
        self._life = timedelta(seconds=life_seconds)

    async def begin(self, user_id: str, now: datetime) -> str | None:
        """The first refresh token of a new family; None when the account has gone at this very moment."""
        token = new_secret()
        try:
            await self._pool.execute(INSERT, _hash(token), new_id(), user_id, now + self._life)
        except asyncpg.ForeignKeyViolationError:
            return None
        return token

    async def rotate(self, token: str, now: datetime) -> tuple[str, str] | None:
        """(user id, next refresh token); None when the token is unknown, expired or spent.

        A spent one ends its family: of the two who hold it, we cannot tell which is the thief.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(SPEND, _hash(token), now)
            if row is None:
                await connection.execute(END_FAMILY_OF, _hash(token))
                return None
            following = new_secret()
            await connection.execute(
                INSERT, _hash(following), row["family"], row["user_id"], now + self._life
            )
            return row["user_id"], following

    async def end(self, token: str) -> None:
        """Sign out: the token and all that came from the same sign-in."""
        await self._pool.execute(END_FAMILY_OF, _hash(token))

    async def end_all(self, user_id: str) -> None:
        """Sign out everywhere."""
        await self._pool.execute(END_ALL_OF, user_id)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
