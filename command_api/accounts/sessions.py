"""Sessions: families of refresh tokens. Each token is used once, and one that is used twice ends its family.

Whoever calls `begin`, `go_on` and the ends does so in a transaction that has locked the account before
(`command_api.accounts.locking`): locks are taken in that order everywhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import asyncpg

from runtime.ids import new_id, new_secret

INSERT = """INSERT INTO command_api.refresh_tokens (token_hash, family, user_id, expires_at, begun_at, issued_at)
            VALUES ($1, $2, $3, $4, $5, $6)"""


@dataclass(frozen=True, slots=True)
class Session:
    """`last_used_at` is when its tokens were last fetched."""

    id: str
    begun_at: datetime
    last_used_at: datetime
    expires_at: datetime


class Sessions:
    """Refresh tokens in the database, by their hash: a stolen table signs nobody in."""

    def __init__(self, pool: "asyncpg.Pool", life_seconds: int) -> None:
        self._pool = pool
        self._life = timedelta(seconds=life_seconds)

    async def begin(self, connection: Any, user_id: str, now: datetime) -> str:
        """The first refresh token of a new family."""
        token = new_secret()
        await connection.execute(INSERT, _hash(token), new_id(), user_id, now + self._life, now, now)
        return token

    async def holder(self, token: str) -> str | None:
        """Whose it is, or was until it was spent."""
        user_id: str | None = await self._pool.fetchval(HOLDER, _hash(token))
        return user_id

    async def go_on(self, connection: Any, token: str, now: datetime) -> str | None:
        """The next refresh token; None when this one is spent, expired or gone."""
        row = await connection.fetchrow(SPEND, _hash(token), now)
        if row is None:
            return None
        following = new_secret()
        values = (row["family"], row["user_id"], now + self._life, row["begun_at"], now)
        await connection.execute(INSERT, _hash(following), *values)
        return following

    async def is_spent(self, connection: Any, token: str) -> bool:
        """Whether it was used before. Of the two who hold it, nobody can tell which is the thief."""
        return bool(await connection.fetchval(IS_SPENT, _hash(token)))

    async def end_of_token(self, connection: Any, token: str) -> None:
        """End the session of this token, spent or not."""
        await connection.execute(END_FAMILY_OF, _hash(token))

    async def end(self, connection: Any, user_id: str, session_id: str) -> bool:
        """End a session of this user; whether there was one."""
        return bool(await connection.fetchval(END, user_id, session_id))

    async def of(self, user_id: str, now: datetime, before: str | None, limit: int) -> list[Session]:
        """Those of a user that go on, the newest first; `before` is the last id of the page before."""
        return [Session(*row) for row in await self._pool.fetch(LISTED, user_id, now, before, limit)]

    async def sweep(self, now: datetime) -> bool:
        """Delete some of what has expired; whether there may be more."""
        return int((await self._pool.execute(SWEEP, now, SWEPT_MAX)).split()[-1]) == SWEPT_MAX


HOLDER = "SELECT user_id::text FROM command_api.refresh_tokens WHERE token_hash = $1"

SPEND = """UPDATE command_api.refresh_tokens SET spent_at = $2
           WHERE token_hash = $1 AND spent_at IS NULL AND expires_at > $2
           RETURNING family, user_id, begun_at"""

IS_SPENT = "SELECT spent_at IS NOT NULL FROM command_api.refresh_tokens WHERE token_hash = $1"

END_FAMILY_OF = """DELETE FROM command_api.refresh_tokens WHERE family IN
                   (SELECT family FROM command_api.refresh_tokens WHERE token_hash = $1)"""

END = """WITH ended AS (DELETE FROM command_api.refresh_tokens
                        WHERE user_id = $1 AND family = $2 RETURNING spent_at)
         SELECT true FROM ended WHERE spent_at IS NULL"""

LISTED = """SELECT family::text, begun_at, issued_at, expires_at FROM command_api.refresh_tokens
            WHERE user_id = $1 AND spent_at IS NULL AND expires_at > $2
            AND ($3::uuid IS NULL OR family < $3) ORDER BY family DESC LIMIT $4"""

SWEPT_MAX = 1000

SWEEP = """DELETE FROM command_api.refresh_tokens WHERE token_hash IN
           (SELECT token_hash FROM command_api.refresh_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"""


END_ALL = "DELETE FROM command_api.refresh_tokens WHERE user_id = $1"


async def end_sessions(connection: Any, user_id: str) -> None:
    """End all sessions of this user."""
    await connection.execute(END_ALL, user_id)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
