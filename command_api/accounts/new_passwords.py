"""A new password: by whoever knows the old one, or has a token that was sent to them. It ends everything that began
with the old one.
"""

from datetime import datetime
from typing import Any

import asyncpg

from command_api.accounts import reset_tokens
from command_api.accounts.accounts import Accounts
from command_api.accounts.locking import hold
from command_api.accounts.password import must_be_good, prepared
from command_api.accounts.sessions import end_sessions
from command_api.accounts.signing_in import Pair, SigningIn
from runtime.authentication.revocations import Revocations
from runtime.identity import Caller
from runtime.passwords import Passwords

FIND = "SELECT password_hash FROM command_api.credentials WHERE user_id = $1"

SET = """UPDATE command_api.credentials SET password_hash = $2
         WHERE user_id = $1 AND disabled_at IS NULL AND ($3::text IS NULL OR password_hash = $3) RETURNING true"""


class NewPasswords:
    """Over connections of the command side."""

    def __init__(
        self,
        pool: "asyncpg.Pool",
        accounts: Accounts,
        passwords: Passwords,
        signing_in: SigningIn,
        revocations: Revocations,
    ) -> None:
        self._pool = pool
        self._accounts = accounts
        self._passwords = passwords
        self._signing_in = signing_in
        self._revocations = revocations

    async def change(self, user_id: str, current: str, new: str, now: datetime) -> Pair | None:
        """The pair of a new session, the only one that is left; None if `current` is not the password.

        Raises Problem 422 `weak-password`.
        """
        row = await self._pool.fetchrow(FIND, user_id)
        if row is None:
            await self._passwords.verify_nobody(prepared(current))
            return None
        old = row["password_hash"]
        if not await self._passwords.verify(old, prepared(current)):
            return None
        caller = await self._accounts.caller(user_id)
        if caller is None:
            return None
        fresh = await self._hashed(caller, new)
        async with self._pool.acquire() as connection, connection.transaction():
            if not await self._set(connection, user_id, fresh, now, old=old):
                return None
            return await self._signing_in.begin(connection, caller, now)

    async def confirm(self, text: str, new: str, now: datetime) -> bool:
        """Whether the token was good: then it is used up. Raises Problem 422 `weak-password`, and it is still good."""
        token = reset_tokens.read(text)
        if token is None or not await reset_tokens.is_good(self._pool, token, now):
            return False
        caller = await self._accounts.caller(token.user_id)
        if caller is None:
            return False
        fresh = await self._hashed(caller, new)
        async with self._pool.acquire() as connection, connection.transaction():
            await hold(connection, caller.id)
            # Of two who use it at once, the second one finds it used.
            if not await reset_tokens.use(connection, token, now):
                return False
            return await self._set(connection, caller.id, fresh, now)

    async def _hashed(self, caller: Caller, new: str) -> str:
        must_be_good(new, caller.email, caller.name)
        return await self._passwords.hash(prepared(new))

    async def _set(
        self, connection: Any, user_id: str, fresh: str, now: datetime, *, old: str | None = None
    ) -> bool:
        """Whether it was set; with `old`, only in the place of that one."""
        if not await connection.fetchval(SET, user_id, fresh, old):
            return False
        await end_sessions(connection, user_id)
        await reset_tokens.forget(connection, user_id)
        await self._revocations.revoke(connection, user_id, now, "another password")
        return True
