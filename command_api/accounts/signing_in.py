"""Signing in: a password, or a refresh token, becomes a pair of tokens."""

from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

from command_api.accounts.accounts import Accounts
from command_api.accounts.locking import admit, hold
from command_api.accounts.password import prepared
from command_api.accounts.sessions import Sessions, end_sessions
from runtime.authentication.revocations import Revocations
from runtime.authentication.tokens import Tokens
from runtime.identity import Caller
from runtime.passwords import Passwords
from runtime.problems import Problem
from runtime.texts.email_addresses import account_key

FIND = """SELECT user_id::text, password_hash, disabled_at IS NOT NULL AS is_disabled
          FROM command_api.credentials WHERE email = $1"""

HASH = "SELECT password_hash FROM command_api.credentials WHERE user_id = $1"

REHASH = """UPDATE command_api.credentials SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2
            RETURNING password_hash"""


class Pair(NamedTuple):
    """What somebody has who is signed in."""

    access_token: str
    refresh_token: str


class SigningIn:
    """`tokens` issues, `revocations` says from when on they count."""

    def __init__(
        self,
        pool: "asyncpg.Pool",
        accounts: Accounts,
        passwords: Passwords,
        tokens: Tokens,
        revocations: Revocations,
    ) -> None:
        self._pool = pool
        self._accounts = accounts
        self._passwords = passwords
        self._tokens = tokens
        self._revocations = revocations
        self._sessions: Sessions = accounts.sessions

    async def with_password(self, email: str, password: str, now: datetime) -> Pair | None:
        """None for an unknown address, a wrong password and a disabled account, after one verification each."""
        password = prepared(password)
        row = await self._pool.fetchrow(FIND, account_key(email))
        if row is None:
            await self._passwords.verify_nobody(password)
            return None
        if not await self._passwords.verify(row["password_hash"], password) or row["is_disabled"]:
            return None
        user_id = row["user_id"]
        stored = await self._renewed_hash(user_id, row["password_hash"], password)
        caller = await self._accounts.caller(user_id)
        if caller is None:
            return None
        async with self._pool.acquire() as connection, connection.transaction():
            pair = await self.begin(connection, caller, now)
            # A password that was changed meanwhile has ended all sessions: none may begin with the old one.
            if pair is not None and await connection.fetchval(HASH, user_id) != stored:
                await self._sessions.end_of_token(connection, pair.refresh_token)
                return None
            return pair

    async def begin(self, connection: Any, caller: Caller, now: datetime) -> Pair | None:
        """A new session within a transaction; None when the account is not good any more."""
        admitted = await admit(connection, caller)
        if admitted is None:
            return None
        refresh_token = await self._sessions.begin(connection, caller.id, now)
        return Pair(self._tokens.issue(admitted), refresh_token)

    async def with_refresh_token(self, token: str, now: datetime) -> Pair | None:
        """None when the token is not good any more. One that is used a second time ends its session, and access
        tokens with it: of the two who hold it, nobody can tell which is the thief.
        """
        user_id = await self._sessions.holder(token)
        # Their name is opened before a transaction begins: it may take a connection of its own.
        caller = None if user_id is None else await self._accounts.caller(user_id)
        if user_id is None or caller is None:
            return None
        async with self._pool.acquire() as connection, connection.transaction():
            # One after the other: two who find it spent would have each what the other needs to end the session.
            await hold(connection, user_id)
            admitted, following = await admit(connection, caller), None
            if admitted is not None:
                following = await self._sessions.go_on(connection, token, now)
            if admitted is not None and following is not None:
                return Pair(self._tokens.issue(admitted), following)
            if await self._sessions.is_spent(connection, token):
                await self._revocations.revoke(connection, user_id, now, "a refresh token was used twice")
            await self._sessions.end_of_token(connection, token)
            return None

    async def sign_out(self, user_id: str, token: str, now: datetime) -> None:
        """End the session of this token, if it is one of this user's."""
        if await self._sessions.holder(token) != user_id:
            return
        async with self._pool.acquire() as connection, connection.transaction():
            await hold(connection, user_id)
            await self._sessions.end_of_token(connection, token)
            await self._revocations.revoke(connection, user_id, now, "signed out")

    async def end_session(self, user_id: str, session_id: str, now: datetime) -> bool:
        """End a session of this user; whether there was one."""
        async with self._pool.acquire() as connection, connection.transaction():
            await hold(connection, user_id)
            if not await self._sessions.end(connection, user_id, session_id):
                return False
            await self._revocations.revoke(connection, user_id, now, "session ended")
            return True

    async def sign_out_everywhere(self, user_id: str, now: datetime) -> None:
        """End all sessions of this user, and all access tokens."""
        async with self._pool.acquire() as connection, connection.transaction():
            await hold(connection, user_id)
            await end_sessions(connection, user_id)
            await self._revocations.revoke(connection, user_id, now, "signed out everywhere")

    async def _renewed_hash(self, user_id: str, stored: str, password: str) -> str:
        """The hash as it stands now: made anew, once, after the cost of hashes has been changed."""
        if not self._passwords.needs_rehash(stored):
            return stored
        try:
            fresh = await self._passwords.hash(password)
        except Problem:
            # Too many are signing in: there will be another time.
            return stored
        return await self._pool.fetchval(REHASH, user_id, stored, fresh) or stored
