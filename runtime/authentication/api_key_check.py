"""Whose API key that is: looked up in the table, remembered for moments, and noted when it was last used."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from runtime.authentication.api_key_text import PREFIX, Mistyped, api_key_text
from runtime.authentication.credential import Credential
from runtime.authentication.problems import (
    CANNOT_TELL,
    KEY_MISTYPED,
    TOKEN_EXPIRED,
    TOKEN_REVOKED,
    refuse,
)
from runtime.bounded import Bounded
from runtime.database import is_unavailable
from runtime.identity import Caller, Role
from runtime.problems import Problem

REMEMBERED = timedelta(seconds=30)
"""That a key is revoked is told by a notice; this is for the one that gets lost with everything else."""

KEYS_MAX = 10_000
LOOK_UPS_MAX = 100
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the table said until a moment ago; `row` None: there is no such key."""

    row: Any
    good_until: datetime


class ApiKeyCheck:
    """Over connections of any process's role."""

    def __init__(self, pool: "asyncpg.Pool", now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._now = now
        self._looked: Bounded[str, Looked] = Bounded(KEYS_MAX)
        # Apart: anybody can make up keys, and must not push out those that there are.
        self._unknown: Bounded[str, Looked] = Bounded(KEYS_MAX)
        self._looking = 0
        self._used: dict[str, datetime] = {}

    async def credential(self, text: str) -> Credential:
        """Raises Problem 401 for a key that is mistyped, nobody's, expired or revoked; 503 if it cannot be told."""
        try:
            presented = api_key_text(text)
        except Mistyped:
            raise Problem(KEY_MISTYPED) from None
        now = self._now()
        looked = self._looked.get(presented.key_id) or self._unknown.get(presented.key_id)
        if looked is None or now >= looked.good_until:
            looked = await self._looked_up(presented.key_id, looked, now)
        row = looked.row
        if row is None or not presented.proves(row["secret_hash"]):
            refuse("its secret")
        if row["revoked_at"] is not None:
            raise Problem(TOKEN_REVOKED)
        expires_at: datetime | None = row["expires_at"]
        if expires_at is not None and now >= expires_at:
            raise Problem(TOKEN_EXPIRED)
        if presented.key_id in self._used or len(self._used) < KEYS_MAX:
            self._used[presented.key_id] = now
        return Credential(
            caller=_caller(row),
            good_until=looked.good_until if expires_at is None else min(looked.good_until, expires_at),
            issued_at=row["created_at"],
            generation=0,
        )

    async def _looked_up(self, key_id: str, before: Looked | None, now: datetime) -> Looked:
        """What the table says of a key, remembered. While made-up ones are in the way, what it said `before`: that a
        key is revoked is heard all the same.
        """
        if before is not None and before.row is not None and self._looking >= LOOK_UPS_MAX:
            row = before.row
        else:
            row = await self._look_up(key_id)
        looked = Looked(row, now + REMEMBERED)
        if row is None:
            self._looked.drop(key_id)
            self._unknown.put(key_id, looked)
        else:
            self._looked.put(key_id, looked)
        return looked

    async def note_use(self) -> None:
        """Write down which keys were used since the last time. Called about once a minute."""
        used, self._used = self._used, {}
        if used:
            await self._pool.execute(USED, list(used), list(used.values()), USED_EVERY)

    async def _look_up(self, key_id: str) -> Any:
        if self._looking >= LOOK_UPS_MAX:
            # Made-up keys, each asked for once: they may wait, and must not fill the memory with waiters.
            raise Problem(CANNOT_TELL)
        self._looking += 1
        try:
            return await self._pool.fetchrow(LOOK_UP, key_id)
        except Exception as error:
            if is_unavailable(error):
                raise Problem(CANNOT_TELL) from None
            raise
        finally:
            self._looking -= 1


LOOK_UP = """SELECT key_id, secret_hash, name, role, events, owner_id, created_at, expires_at, revoked_at
             FROM access.api_keys WHERE key_id = $1::text::uuid"""
USED = """UPDATE access.api_keys AS k SET last_used_at = u.used_at
          FROM unnest($1::text[]::uuid[], $2::timestamptz[]) AS u (key_id, used_at)
          WHERE k.key_id = u.key_id AND (k.last_used_at IS NULL OR k.last_used_at <= u.used_at - $3::interval)"""


def is_api_key(text: str) -> bool:
    return text.startswith(PREFIX)


def _caller(row: Any) -> Caller:
    events = row["events"]
    scope = None if events is None else frozenset(map(str, events))
    return Caller(str(row["key_id"]), Role(row["role"]), row["name"], "", scope, str(row["owner_id"]))
