"""Seals and their keys in Postgres."""

import asyncpg
import asyncpg.pool

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID
from eventstore.seals.key import SealKey
from eventstore.seals.seal import Seal

PAGE = 1_000

# As with facts, a time beyond Python's is read as another one, so that the signature fails and not whoever reads it.
_AT = "greatest('0001-01-02Z', least('9999-12-30Z', {}))"
_SEAL = f"log_id, size, root, previous, {_AT.format('sealed_at')}, key_id, signature"
_KEY = f"log_id, number, public, after_size, {_AT.format('created_at')}, signature"

SEALS = f"""SELECT {_SEAL} FROM eventstore.seals
            WHERE log_id = $1 AND size > $2 AND size <= $3 ORDER BY size LIMIT $4"""  # noqa: S608 - our own columns

SEAL = f"SELECT {_SEAL} FROM eventstore.seals WHERE log_id = $1 AND size = $2"  # noqa: S608 - our own columns

LAST_SEAL = f"""SELECT {_SEAL} FROM eventstore.seals
                WHERE log_id = $1 ORDER BY size DESC LIMIT 1"""  # noqa: S608 - our own columns

KEYS = f"""SELECT {_KEY} FROM eventstore.seal_keys
           WHERE log_id = $1 AND number > $2 ORDER BY number"""  # noqa: S608 - our own columns

SIZE_MAX = 2**63 - 1


class PostgresSeals:
    """Reads seals and public keys. All raise `StoreUnavailable`."""

    def __init__(
        self, database: "asyncpg.Pool | asyncpg.Connection | asyncpg.pool.PoolConnectionProxy"
    ) -> None:
        self._database = database

    async def read_seals(self, after: int, limit: int = PAGE, to: int = SIZE_MAX) -> list[Seal]:
        """Up to `limit` seals of sizes above `after` and up to `to`, in order."""
        with unavailable_is_said():
            rows = await self._database.fetch(SEALS, LOG_ID, after, to, limit)
        return [Seal(*row) for row in rows]

    async def seal(self, size: int) -> Seal | None:
        """The seal of exactly that size."""
        with unavailable_is_said():
            row = await self._database.fetchrow(SEAL, LOG_ID, size)
        return None if row is None else Seal(*row)

    async def last(self) -> Seal | None:
        """The newest seal; None when there is none yet."""
        with unavailable_is_said():
            row = await self._database.fetchrow(LAST_SEAL, LOG_ID)
        return None if row is None else Seal(*row)

    async def keys(self, after: int = 0) -> list[SealKey]:
        """The public keys of numbers above `after`, in order."""
        with unavailable_is_said():
            rows = await self._database.fetch(KEYS, LOG_ID, after)
        return [SealKey(*row) for row in rows]
