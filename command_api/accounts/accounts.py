"""Accounts: a credential in a table, and the user's history in the log, made in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from msgspec.structs import replace

from command_api.accounts.password import prepared
from command_api.accounts.sessions import Sessions
from command_api.aggregates import USER
from command_api.answers.user import registered_user
from command_api.loading import load
from command_api.writing.answer import Answer, Reply, restored, stored
from command_api.writing.batch import Batch
from command_api.writing.failures import KeyReused
from domain.refusal import Refused
from domain.user.commands import RegisterUser
from domain.user.refusals import UserAlreadyRegistered
from domain.user.state import User
from eventstore.appending import Appended, Item, NewCommand
from eventstore.hashing import EMPTY
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import PostgresStore
from runtime.identity import Caller, Role
from runtime.ids import new_secret
from runtime.passwords import Passwords
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import People
from runtime.texts.email_addresses import account_key

ADD = """INSERT INTO command_api.credentials (user_id, email, password_hash, created_at, role)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING true"""

FIND = "SELECT user_id::text, password_hash FROM command_api.credentials WHERE email = $1"


@dataclass(frozen=True)
class Registration:
    """What registering needs beyond the command; `fingerprint` None when it came without an idempotency key.

    It must not cover the password: fingerprints are kept for ever and hashed fast, so whoever saw one could guess it.
    Without a password nobody signs in before one has been chosen.
    """

    password: str | None
    command_id: str
    fingerprint: bytes | None
    metadata: bytes
    answer: Callable[[User, datetime], Answer] = registered_user


class Accounts:
    """Credentials and sessions over a pool; users in the log, where only their own keys open who they are."""

    def __init__(
        self,
        pool: "asyncpg.Pool",
        passwords: Passwords,
        sessions: Sessions,
        people: People,
        keyring: Keyring,
    ) -> None:
        self._pool = pool
        self._passwords = passwords
        self._people = people
        self._keyring = keyring
        self._store = PostgresStore(pool)
        self.sessions = sessions

    async def register(self, command: RegisterUser, registration: Registration) -> Reply:
        """Make the account. Raises `Refused` when the address has one, `KeyReused` for a key used otherwise.

        Raises `StoreUnavailable` while the database is out of reach.
        """
        with unavailable_is_said():
            first = await self._first_reply(command, registration)
            if first is not None:
                return first
            password = new_secret() if registration.password is None else prepared(registration.password)
            password_hash = await self._passwords.hash(password)
            try:
                return await self._make(command, registration, password_hash)
            except (Refused, KeyReused):
                # The same request, sent twice, may have been carried out at this very moment.
                first = await self._first_reply(command, registration)
                if first is None:
                    raise
                return first

    async def _first_reply(self, command: RegisterUser, registration: Registration) -> Reply | None:
        if registration.fingerprint is None:
            return None
        known = (await self._store.find_commands([registration.command_id])).get(registration.command_id)
        if known is None:
            return None
        if known.fingerprint != registration.fingerprint:
            raise KeyReused
        if registration.password is not None and not await self._opens(command.email, registration.password):
            raise KeyReused
        return Reply(restored(known.answer), known.position, replayed=True)

    async def _make(self, command: RegisterUser, registration: Registration, password_hash: str) -> Reply:
        command_id, fingerprint = registration.command_id, registration.fingerprint
        async with self._pool.acquire() as connection, connection.transaction():
            row = (command.user_id, command.email, password_hash, command.now, command.role)
            if not await connection.fetchval(ADD, *row):
                raise Refused(UserAlreadyRegistered())
            person = await self._people.enrol(connection, command.user_id, command.email, command.now)
            encrypt = person.key.encrypt
            user = USER.initial()
            facts = USER.decide(
                replace(command, email=encrypt(command.email), name=encrypt(command.name)), user
            )
            for fact in facts:
                user = USER.evolve(user, fact)
            batch = Batch()
            batch.record(facts, command_id, registration.metadata)
            answer = registration.answer(user, command.now)
            if fingerprint is not None:
                batch.commands.append(NewCommand(command_id, fingerprint, stored(answer), len(facts)))
            item = Item(USER.stream(user.id), EMPTY, batch.facts, batch.commands)
            try:
                [outcome] = await PostgresStore(connection).append([item], command.now)
            except (asyncpg.SerializationError, asyncpg.InFailedSQLTransactionError):
                raise KeyReused from None
            if not isinstance(outcome, Appended):
                # Only the same key, used at the same moment, gets here: leaving the transaction takes the account back.
                raise KeyReused
        self._people.remember(command.user_id, person)
        return Reply(answer, outcome.base + len(facts))

    async def _opens(self, email: str, password: str) -> bool:
        row = await self._pool.fetchrow(FIND, account_key(email))
        return row is not None and await self._passwords.verify(row["password_hash"], prepared(password))

    async def user(self, user_id: str) -> User:
        """A user as their history has them now; without an id when there is none."""
        return await load(self._store, USER, user_id)

    async def caller(self, user_id: str) -> Caller | None:
        """A user as their history has them now; None when they have been erased."""
        user = await self.user(user_id)
        if user.erased:
            return None
        name, email = await self._keyring.opened(user.name), await self._keyring.opened(user.email)
        return Caller(user.id, Role(user.role), name, email)

    async def exists(self, email: str) -> bool:
        return await self.id_of(email) is not None

    async def id_of(self, email: str) -> str | None:
        """The account of this address; None when it has none."""
        with unavailable_is_said():
            row = await self._pool.fetchrow(FIND, account_key(email))
        return None if row is None else row["user_id"]
