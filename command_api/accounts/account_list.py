"""Accounts in a list, for administrators.

Read from the credentials, which know the role and the state of each, and from the first fact of each user's stream,
which says who they are: so there is no second place where a name would have to be erased.
"""

from datetime import datetime
from typing import Any

import asyncpg
import orjson

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID
from runtime.texts.email_addresses import account_key

LISTED = """SELECT c.user_id::text, c.email, c.role, c.created_at, c.disabled_at, f.data::text
            FROM command_api.credentials AS c
            JOIN eventstore.events AS f
                 ON f.log_id = $1 AND f.stream = 'user-' || c.user_id::text AND f.version = 1
            WHERE ($2::text IS NULL OR c.role = $2) AND ($3::text IS NULL OR c.email = $3)
                  AND ($4::text::uuid IS NULL OR c.user_id < $4::text::uuid)
            ORDER BY c.user_id DESC LIMIT $5"""

CREATED_AT = "SELECT created_at FROM command_api.credentials WHERE user_id = $1::text::uuid"


class AccountList:
    """Over connections of the command side."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool

    async def page(
        self, role: str | None, email: str | None, before: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Up to `limit`, the newest first; `before` is the last id of the page before."""
        address = None if email is None else account_key(email)
        with unavailable_is_said():
            rows = await self._pool.fetch(LISTED, LOG_ID, role, address, before, limit)
        return [_account(row) for row in rows]

    async def created_at(self, user_id: str) -> datetime | None:
        """When the account was made; None when there is none."""
        with unavailable_is_said():
            created_at: datetime | None = await self._pool.fetchval(CREATED_AT, user_id)
        return created_at


def _account(row: Any) -> dict[str, Any]:
    return {
        "id": row["user_id"],
        "email": row["email"],
        "name": orjson.loads(row["data"])["name"],
        "role": row["role"],
        "status": "active" if row["disabled_at"] is None else "disabled",
        "created_at": row["created_at"],
    }
