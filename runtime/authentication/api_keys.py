"""`access.api_keys`: making, listing and revoking the keys of programs.

For the command side, whose role alone may write them. The text of a key is known only to whoever made it: it is shown
once, and what is stored is a hash of its secret.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from runtime.authentication.api_key_text import SECRET_BYTES, ApiKeyText
from runtime.authentication.revocations import Revocations
from runtime.identity import Caller, Role
from runtime.ids import new_bytes, new_id


class MayNotGrant(Exception):
    """Nobody gives a key more than they have, and nobody gives one the role of an administrator."""


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


async def create(
    db: "asyncpg.Pool | asyncpg.Connection",
    maker: Caller,
    *,
    name: str,
    role: Role,
    events: Iterable[str] | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key of `maker`'s, and the text that opens with it: shown now or never.

    Raises MayNotGrant for a role that `maker` may not give away, and for events beyond those of `maker`'s own key.
    """
    scope = None if events is None else frozenset(events)
    must_be_grantable(maker, role, scope)
    secret = ApiKeyText(new_id(), new_bytes(SECRET_BYTES))
    made = ApiKey(secret.key_id, name, role, scope, maker.id, now, expires_at, None, None)
    await add(db, made, secret.secret_hash)
    return made, secret.text


async def add(db: Any, key: ApiKey, secret_hash: bytes) -> None:
    """Keep a key that somebody was allowed to make."""
    events = None if key.events is None else sorted(key.events)
    values = (key.key_id, secret_hash, key.name, key.role.value, events, key.owner_id)
    await db.execute(CREATE, *values, key.created_at, key.expires_at)


def must_be_grantable(maker: Caller, role: Role, events: frozenset[str] | None) -> None:
    """Raises MayNotGrant. An administrator gives any role but their own; others their own, or that of a customer."""
    if role is Role.ADMIN:
        raise MayNotGrant("a key cannot be an administrator")
    if maker.role is not Role.ADMIN and role not in (maker.role, Role.CUSTOMER):
        raise MayNotGrant("a key may not do more than whoever makes it")
    if maker.events is not None and (events is None or not events <= maker.events):
        raise MayNotGrant("a key may not reach more events than whoever makes it")


LISTED = """SELECT key_id, name, role, events, owner_id, created_at, expires_at, last_used_at, revoked_at
            FROM access.api_keys
            WHERE ($1::text IS NULL OR owner_id = $1::text::uuid) AND ($2::text IS NULL OR key_id < $2::text::uuid)
            ORDER BY key_id DESC LIMIT $3"""


async def listed(
    db: "asyncpg.Pool | asyncpg.Connection", owner_id: str | None, *, before: str | None, limit: int
) -> list[ApiKey]:
    """The keys of an owner (None: of everybody), revoked ones too, the newest first; `before` is a page's last id."""
    return [_api_key(row) for row in await db.fetch(LISTED, owner_id, before, limit)]


REVOKE = """UPDATE access.api_keys SET revoked_at = $3
            WHERE key_id = $1::text::uuid AND ($2::text IS NULL OR owner_id = $2::text::uuid)
            AND revoked_at IS NULL RETURNING key_id"""
IS_THERE = """SELECT true FROM access.api_keys
              WHERE key_id = $1::text::uuid AND ($2::text IS NULL OR owner_id = $2::text::uuid)"""


async def revoke(
    pool: "asyncpg.Pool", revocations: Revocations, key_id: str, owner_id: str | None, now: datetime
) -> bool:
    """End a key of this owner (None: of anybody), here at once and elsewhere within moments; whether there is one.

    Revoked again it stays as it was first revoked.
    """
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(REVOKE, key_id, owner_id, now) is None:
            return bool(await connection.fetchval(IS_THERE, key_id, owner_id))
        await revocations.revoke(connection, key_id, now, "API key revoked")
    return True


OWNER = "SELECT owner_id::text FROM access.api_keys WHERE key_id = $1::text::uuid"


async def owner_of(db: Any, key_id: str) -> str | None:
    """Whose key that is, revoked or not; None when there is none."""
    owner_id: str | None = await db.fetchval(OWNER, key_id)
    return owner_id


async def end(connection: Any, revocations: Revocations, key_id: str, now: datetime) -> None:
    """Revoke a key within a transaction of the caller's."""
    if await connection.fetchval(REVOKE, key_id, None, now) is not None:
        await revocations.revoke(connection, key_id, now, "API key revoked")


REVOKE_ALL = """UPDATE access.api_keys SET revoked_at = $2
                WHERE owner_id = $1::text::uuid AND revoked_at IS NULL RETURNING key_id"""


async def revoke_all_of(
    pool: "asyncpg.Pool", revocations: Revocations, owner_id: str, now: datetime
) -> list[str]:
    """End every key of an owner, as when they are disabled, erased or lose their role; the ids of those ended."""
    async with pool.acquire() as connection, connection.transaction():
        return await revoke_all_within(connection, revocations, owner_id, now)


async def revoke_all_within(
    connection: "asyncpg.Connection | asyncpg.pool.PoolConnectionProxy",
    revocations: Revocations,
    owner_id: str,
    now: datetime,
) -> list[str]:
    """The same, within a transaction of the caller's."""
    ended = [str(row["key_id"]) for row in await connection.fetch(REVOKE_ALL, owner_id, now)]
    for key_id in ended:
        await revocations.revoke(connection, key_id, now, "API key revoked with its owner")
    return ended


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
