"""`access.api_keys`: keeping, listing and revoking the keys of programs.

For the command side, whose role alone may write them. The text of a key is known only to whoever made it: it is shown
once, and what is stored is a hash of its secret. Who may make which key is not decided here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from runtime.authentication.revocations import Revocations
from runtime.identity import Role


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner may see it; `events` are the only ones it is for, None means all that its role may see."""

    key_id: str
    name: str
    role: Role
    events: frozenset[str] | None
    owner_id: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


CREATE = """INSERT INTO access.api_keys (key_id, secret_hash, name, role, events, owner_id, created_at, expires_at)
            VALUES ($1::text::uuid, $2, $3, $4, $5::text[]::uuid[], $6::text::uuid, $7, $8)"""


async def add(db: Any, key: ApiKey, secret_hash: bytes) -> None:
    """Keep a key that somebody was allowed to make."""
    events = None if key.events is None else sorted(key.events)
    values = (key.key_id, secret_hash, key.name, key.role.value, events, key.owner_id)
    await db.execute(CREATE, *values, key.created_at, key.expires_at)


LISTED = """SELECT key_id, name, role, events, owner_id, created_at, expires_at, last_used_at, revoked_at
            FROM access.api_keys
            WHERE owner_id = $1::text::uuid AND ($2::text IS NULL OR key_id < $2::text::uuid)
            ORDER BY key_id DESC LIMIT $3"""


async def listed(
    db: "asyncpg.Pool | asyncpg.Connection", owner_id: str, *, before: str | None, limit: int
) -> list[ApiKey]:
    """The keys of an owner, revoked ones too, the newest first; `before` is a page's last id."""
    return [_api_key(row) for row in await db.fetch(LISTED, owner_id, before, limit)]


OWNER = "SELECT owner_id::text FROM access.api_keys WHERE key_id = $1::text::uuid"


async def owner_of(db: Any, key_id: str) -> str | None:
    """Whose key that is, revoked or not; None when there is none."""
    owner_id: str | None = await db.fetchval(OWNER, key_id)
    return owner_id


REVOKE = """UPDATE access.api_keys SET revoked_at = $2
            WHERE key_id = $1::text::uuid AND revoked_at IS NULL RETURNING key_id"""


async def end(connection: Any, revocations: Revocations, key_id: str, now: datetime) -> None:
    """Revoke a key within a transaction of the caller's: here at once, elsewhere within moments of the commit.

    Revoked again it stays as it was first revoked.
    """
    if await connection.fetchval(REVOKE, key_id, now) is not None:
        await revocations.revoke(connection, key_id, now, "API key revoked")


REVOKE_ALL = """UPDATE access.api_keys SET revoked_at = $2
                WHERE owner_id = $1::text::uuid AND revoked_at IS NULL RETURNING key_id"""


async def end_all_of(connection: Any, revocations: Revocations, owner_id: str, now: datetime) -> None:
    """The same for every key of an owner, as when they are disabled, erased or lose their role."""
    for row in await connection.fetch(REVOKE_ALL, owner_id, now):
        await revocations.revoke(connection, str(row["key_id"]), now, "API key revoked with its owner")


def _api_key(row: Any) -> ApiKey:
    events: list[UUID] | None = row["events"]
    return ApiKey(
        str(row["key_id"]),
        row["name"],
        Role(row["role"]),
        None if events is None else frozenset(map(str, events)),
        str(row["owner_id"]),
        row["created_at"],
        row["expires_at"],
        row["last_used_at"],
        row["revoked_at"],
    )
