"""Make people's keys and destroy them. One process role may: the one that writes what they encrypt."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import asyncpg
import asyncpg.pool

from runtime.bounded import Bounded
from runtime.ids import new_bytes, new_id
from runtime.master_key import MasterKey
from runtime.patience import within
from runtime.privacy.keyring import LOOK_UP_SECONDS_MAX, Keyring, context_of
from runtime.privacy.person_key import KEY_BYTES, PersonKey

ACCOUNTS_MAX = 20_000
HASHING = "hashing"

SECRET = "SELECT wrapped_secret FROM privacy.secrets WHERE name = $1"  # noqa: S105 - a statement
KEEP_SECRET = "INSERT INTO privacy.secrets (name, wrapped_secret) VALUES ($1, $2) ON CONFLICT DO NOTHING"  # noqa: S105 - a statement

OF_ACCOUNT = """SELECT person_id::text, contact_id::text, wrapped_key FROM privacy.people
                WHERE account_id = $1"""

OF_GUEST = """SELECT p.person_id::text, p.contact_id::text, p.wrapped_key
              FROM privacy.contacts AS c JOIN privacy.people AS p USING (contact_id)
              WHERE c.address_hash = $1 AND p.account_id IS NULL"""

# The row is written even where it is there, so that it is locked: it cannot go while somebody comes to hang on it.
CONTACT = """INSERT INTO privacy.contacts AS c (address_hash, contact_id) VALUES ($1, $2)
             ON CONFLICT (address_hash) DO UPDATE SET contact_id = c.contact_id
             RETURNING contact_id::text"""

ADD = """INSERT INTO privacy.people (person_id, account_id, contact_id, wrapped_key, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING true"""

FIND = """SELECT person_id::text, account_id::text FROM privacy.people
          WHERE person_id = $1 OR account_id = $1"""

BY_ADDRESS = """SELECT p.person_id::text, p.account_id::text
                FROM privacy.contacts AS c JOIN privacy.people AS p USING (contact_id)
                WHERE c.address_hash = $1 ORDER BY p.created_at, p.person_id"""

LOCK_CONTACT = """SELECT c.contact_id FROM privacy.contacts AS c JOIN privacy.people AS p USING (contact_id)
                  WHERE p.person_id = $1 FOR UPDATE OF c"""

DESTROY = "DELETE FROM privacy.people WHERE person_id = $1 RETURNING contact_id"

FORGET_CONTACT = """DELETE FROM privacy.contacts AS c WHERE c.contact_id = $1
                    AND NOT EXISTS (SELECT FROM privacy.people AS p WHERE p.contact_id = c.contact_id)"""

TELL = "INSERT INTO privacy.erasures (person_id, erased_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
Allow = Callable[[Connection], Awaitable[None]]
"""Asked within the transaction that makes somebody; raises if they must not be made."""


class KnownPerson(NamedTuple):
    """Somebody with a key. `contact_id` is the same for everybody who gave the same address."""

    key: PersonKey
    contact_id: str

    @property
    def person_id(self) -> str:
        return self.key.person_id


class FoundPerson(NamedTuple):
    """`account_id` is None for somebody without an account."""

    person_id: str
    account_id: str | None


class People:
    """Keys in the database. Addresses are compared in the form in which they come: normalise them before.

    `prepare` comes first.
    """

    def __init__(self, pool: "asyncpg.Pool", keyring: Keyring, master_key: MasterKey) -> None:
        self._pool = pool
        self._keyring = keyring
        self._master_key = master_key
        self._hashing = b""
        self._accounts: Bounded[str, tuple[str, str]] = Bounded(ACCOUNTS_MAX)

    async def prepare(self) -> None:
        """Read the secret that hashes addresses and fingerprints; make it if there is none."""
        wrapped = await self._pool.fetchval(SECRET, HASHING)
        if wrapped is None:
            # Two processes that start at once both offer theirs; the one that was first is everybody's.
            fresh = self._master_key.wrap(HASHING.encode(), new_bytes(KEY_BYTES))
            await self._pool.execute(KEEP_SECRET, HASHING, fresh)
            wrapped = await self._pool.fetchval(SECRET, HASHING)
        self._hashing = self._master_key.unwrap(HASHING.encode(), wrapped)

    def remembered(self, account_id: str) -> KnownPerson | None:
        """The person of an account, if they have been asked for lately."""
        known = self._accounts.get(account_id)
        key = None if known is None else self._keyring.remembered(known[0])
        return None if known is None or key is None else KnownPerson(key, known[1])

    async def of_account(
        self, account_id: str, email: str, now: datetime, allow: Allow | None = None
    ) -> KnownPerson:
        """The person of an account, made if need be and if `allow` lets it; `email` counts when they are made."""
        known = self.remembered(account_id)
        if known is None:
            known = await within(LOOK_UP_SECONDS_MAX, self._of_account(account_id, email, now, allow))
            self.remember(account_id, known)
        return known

    async def _of_account(
        self, account_id: str, email: str, now: datetime, allow: Allow | None
    ) -> KnownPerson:
        row = await self._pool.fetchrow(OF_ACCOUNT, account_id)
        if row is not None:
            return self._known(row)
        async with self._pool.acquire() as connection, connection.transaction():
            known = await self.enrol(connection, account_id, email, now)
            if allow is not None:
                await allow(connection)
        return known

    def remember(self, account_id: str, known: KnownPerson) -> None:
        """The person of an account, once they are there for certain."""
        self._keyring.remember(known.key)
        self._accounts.put(account_id, (known.person_id, known.contact_id))

    async def enrol(self, connection: Connection, account_id: str, email: str, now: datetime) -> KnownPerson:
        """Make the person of an account within a transaction that makes or changes the account.

        Nothing is remembered yet: what is encrypted with a key that came to nothing could never be read.
        """
        await self._add(connection, account_id, email, now)
        return self._known(await connection.fetchrow(OF_ACCOUNT, account_id))

    async def enrol_strangers(
        self, connection: Connection, accounts: Mapping[str, str], now: datetime
    ) -> list[KnownPerson]:
        """Make the people of many accounts at once: addresses by account, none of which anybody has given before."""
        known, contacts, people = [], [], []
        for account_id, email in accounts.items():
            contact_id, person_id, secret = new_id(), new_id(), new_bytes(KEY_BYTES)
            wrapped = self._master_key.wrap(context_of(person_id), secret)
            contacts.append((self._address_hash(email), contact_id))
            people.append((person_id, account_id, contact_id, wrapped, now))
            known.append(KnownPerson(PersonKey(person_id, secret), contact_id))
        await connection.copy_records_to_table(
            "contacts", schema_name="privacy", columns=["address_hash", "contact_id"], records=contacts
        )
        columns = ["person_id", "account_id", "contact_id", "wrapped_key", "created_at"]
        await connection.copy_records_to_table(
            "people", schema_name="privacy", columns=columns, records=people
        )
        return known

    async def guest(self, email: str, now: datetime) -> KnownPerson:
        """Whoever has this address and, for us, no account; made if need be."""
        known = await within(LOOK_UP_SECONDS_MAX, self._guest(email, now))
        self._keyring.remember(known.key)
        return known

    async def _guest(self, email: str, now: datetime) -> KnownPerson:
        address = self._address_hash(email)
        row = await self._pool.fetchrow(OF_GUEST, address)
        if row is None:
            async with self._pool.acquire() as connection, connection.transaction():
                await self._add(connection, None, email, now)
                row = await connection.fetchrow(OF_GUEST, address)
        return self._known(row)

    async def find(self, id: str) -> FoundPerson | None:
        """As `find_person` does."""
        return await find_person(self._pool, id)

    async def find_by_address(self, email: str) -> list[FoundPerson]:
        """Everybody who gave this address: the account, if there is one, and who booked without."""
        rows = await self._pool.fetch(BY_ADDRESS, self._address_hash(email))
        return [FoundPerson(*row) for row in rows]

    async def destroy(self, connection: Connection, person_id: str, now: datetime) -> bool:
        """Delete the key within a transaction; False when it is gone already. Call `forget` once it is committed."""
        await connection.fetch(LOCK_CONTACT, person_id)
        contact_id = await connection.fetchval(DESTROY, person_id)
        if contact_id is None:
            return False
        await connection.execute(FORGET_CONTACT, contact_id)
        await connection.execute(TELL, person_id, now)
        return True

    def forget(self, person_id: str) -> None:
        """Their key is destroyed."""
        self._keyring.forget(person_id)

    def fingerprint(self, asked: bytes) -> bytes:
        """16 bytes that tell whether the same is asked again, and let nobody try out what was asked."""
        # Of every command with a key: a quarter of what HMAC costs.
        return blake2b(asked, digest_size=16, key=self._secret, person=b"fingerprint").digest()

    async def _add(self, connection: Connection, account_id: str | None, email: str, now: datetime) -> None:
        contact_id = await connection.fetchval(CONTACT, self._address_hash(email), new_id())
        person_id = new_id()
        wrapped = self._master_key.wrap(context_of(person_id), new_bytes(KEY_BYTES))
        if not await connection.fetchval(ADD, person_id, account_id, contact_id, wrapped, now):
            # Somebody else has just made them, perhaps with another address: then nobody hangs on this one.
            await connection.execute(FORGET_CONTACT, contact_id)

    def _known(self, row: Any) -> KnownPerson:
        person_id, contact_id, wrapped = row
        key = self._keyring.remembered(person_id) or self._keyring.unwrapped(person_id, wrapped)
        return KnownPerson(key, contact_id)

    def _address_hash(self, email: str) -> bytes:
        return hmac.digest(self._secret, b"address\n" + email.encode(), "sha256")

    @property
    def _secret(self) -> bytes:
        if not self._hashing:
            raise RuntimeError("people are asked for before `prepare`")
        return self._hashing


async def find_person(pool: "asyncpg.Pool", id: str) -> FoundPerson | None:
    """The person with this id, or of the account with it; None when there is none, or none any more.

    Any role that may read keys may ask, so it is no part of `People`, which also makes and destroys them.
    """
    row = await pool.fetchrow(FIND, id)
    return None if row is None else FoundPerson(*row)
