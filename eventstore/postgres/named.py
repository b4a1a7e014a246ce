"""Facts by their names, for whoever follows the log and has use for few of them."""

from collections.abc import Collection

import asyncpg
import asyncpg.pool

from eventstore.facts import RecordedFact
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import FACT, LOG_ID, recorded

# Positions have no gaps, so the next so many facts are a range of them.
READ_NAMED = f"""SELECT {FACT} FROM eventstore.events
                 WHERE log_id = $1 AND position > $2 AND position <= $2 + $3
                   AND (name = ANY ($4::text[])
                        OR position = (SELECT least($2 + $3, last_position) FROM eventstore.log WHERE log_id = $1))
                 ORDER BY position"""  # noqa: S608 - our own column list


class PostgresNamed:
    """Reads over a pool."""

    def __init__(self, pool: "asyncpg.Pool | asyncpg.pool.PoolConnectionProxy") -> None:
        self._pool = pool

    async def read_log(self, after: int, limit: int, names: Collection[str]) -> list[RecordedFact]:
        """Of the next `limit` facts after position `after` those called one of `names`, and the last whatever it is
        called: it tells how far the log was read. In order; nothing where there is nothing new.

        Raises `StoreUnavailable`.
        """
        with unavailable_is_said():
            rows = await self._pool.fetch(READ_NAMED, LOG_ID, after, limit, names)
        return [recorded(row) for row in rows]
