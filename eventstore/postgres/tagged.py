"""Facts of many tags at once, for whoever collects what is about somebody."""

from collections.abc import Sequence

import asyncpg
import asyncpg.pool

from eventstore.facts import RecordedFact
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import FACT, LOG_ID, recorded

# Materialized, or ORDER BY could tempt the planner to walk the whole log looking for a rare tag.
TAGS_BESIDE = """WITH own AS MATERIALIZED (SELECT position, tags FROM eventstore.events
                                           WHERE log_id = $1 AND tags @> ARRAY[$2::text])
                 SELECT tag FROM own CROSS JOIN LATERAL unnest(own.tags) AS t (tag)
                 WHERE starts_with(tag, $3) GROUP BY tag ORDER BY min(own.position), tag"""

READ_TAGS = f"""SELECT {FACT} FROM eventstore.events
                WHERE log_id = $1 AND tags && $2::text[] ORDER BY position"""  # noqa: S608 - our own column list


class PostgresTagged:
    """Reads over a pool."""

    def __init__(self, pool: "asyncpg.Pool | asyncpg.pool.PoolConnectionProxy") -> None:
        self._pool = pool

    async def tags_beside(self, tag: str, beginning: str) -> list[str]:
        """The tags with this beginning of all facts that carry `tag`, in the order in which they first came.

        Raises `StoreUnavailable`.
        """
        with unavailable_is_said():
            return [row[0] for row in await self._pool.fetch(TAGS_BESIDE, LOG_ID, tag, beginning)]

    async def read_tags(self, tags: Sequence[str]) -> list[RecordedFact]:
        """Every fact that carries at least one of `tags`, in order of position. Raises `StoreUnavailable`."""
        with unavailable_is_said():
            return [recorded(row) for row in await self._pool.fetch(READ_TAGS, LOG_ID, tags)]
