"""The private keys of seals: made, kept wrapped, replaced, destroyed."""

from collections.abc import Callable
from datetime import datetime

import asyncpg.pool

from eventstore.postgres.store import LOG_ID
from eventstore.seals import key as seal_key
from eventstore.seals.key import SealKey, Signer
from eventstore.seals.keys import Keys
from eventstore.seals.wrapping import Wrapping, context

INSERT_KEY = """INSERT INTO eventstore.seal_keys (log_id, number, public, after_size, created_at, signature)
                VALUES ($1, $2, $3, $4, $5, $6)"""

INSERT_WRAPPED = "INSERT INTO eventstore.seal_secrets (log_id, number, wrapped) VALUES ($1, $2, $3)"

WRAPPED = "SELECT wrapped FROM eventstore.seal_secrets WHERE log_id = $1 AND number = $2"

ALL_WRAPPED = "SELECT number, wrapped FROM eventstore.seal_secrets WHERE log_id = $1"

REMOVE = "DELETE FROM eventstore.seal_secrets WHERE log_id = $1 AND number = $2"

DESTROY = "DELETE FROM eventstore.seal_secrets WHERE log_id = $1 AND number < $2"


class NoPrivateKey(Exception):
    """The private key of the newest public key is not there, or is not its."""


class SealKeyring:
    """Used inside a transaction that holds the sealers' lease, so no two make a key at once."""

    def __init__(self, wrapping: Wrapping, new_secret: Callable[[], bytes]) -> None:
        self._wrapping = wrapping
        self._new_secret = new_secret
        self._signer: Signer | None = None

    async def signer(
        self, connection: "asyncpg.pool.PoolConnectionProxy", keys: Keys, now: datetime
    ) -> Signer:
        """What signs now; the first key is made when it is needed, and added to `keys`."""
        if not len(keys):
            await self.rotate(connection, keys, 0, now)
        newest = keys.numbered(len(keys))
        # By the key itself: what was remembered may belong to a transaction that came to nothing.
        if self._signer is None or newest is None or self._signer.public != newest.public:
            self._signer = await self._unwrapped(connection, keys)
        return self._signer

    async def rotate(
        self, connection: "asyncpg.pool.PoolConnectionProxy", keys: Keys, after: int, now: datetime
    ) -> SealKey:
        """A new key, which signs what is larger than `after`; it is added to `keys`."""
        secret = self._new_secret()
        new, number = Signer(secret), len(keys) + 1
        unsigned = SealKey(LOG_ID, number, new.public, after, now, b"")
        old = new if number == 1 else await self._unwrapped(connection, keys)
        key = unsigned._replace(signature=old.sign(seal_key.statement(unsigned)))
        await connection.execute(INSERT_KEY, *key)
        wrapped = self._wrapping.wrap(context(LOG_ID, number), secret)
        await connection.execute(INSERT_WRAPPED, LOG_ID, number, wrapped)
        await connection.execute(DESTROY, LOG_ID, number)
        keys.add(key)
        return key

    async def rewrap(self, connection: "asyncpg.pool.PoolConnectionProxy") -> int:
        """Wrap what is not wrapped by today's key anew; how many keys that were."""
        rows = await connection.fetch(ALL_WRAPPED, LOG_ID)
        old = [row for row in rows if not self._wrapping.is_wrapped_by_first(row["wrapped"])]
        for number, wrapped in old:
            secret = self._wrapping.unwrap(context(LOG_ID, number), wrapped)
            # Sealers add and take away, and have no right to change anything.
            await connection.execute(REMOVE, LOG_ID, number)
            fresh = self._wrapping.wrap(context(LOG_ID, number), secret)
            await connection.execute(INSERT_WRAPPED, LOG_ID, number, fresh)
        return len(old)

    async def _unwrapped(self, connection: "asyncpg.pool.PoolConnectionProxy", keys: Keys) -> Signer:
        number = len(keys)
        wrapped = await connection.fetchval(WRAPPED, LOG_ID, number)
        if wrapped is None:
            raise NoPrivateKey(f"the private half of key {number} is not in eventstore.seal_secrets")
        signer = Signer(self._wrapping.unwrap(context(LOG_ID, number), wrapped))
        newest = keys.numbered(number)
        if newest is None or newest.public != signer.public:
            raise NoPrivateKey(f"the private key in eventstore.seal_secrets is not that of key {number}")
        return signer
