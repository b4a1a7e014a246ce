"""The log read from its beginning by somebody whom most of it does not concern, in pages of bounded size."""

from collections.abc import Collection
from dataclasses import dataclass

import asyncpg
import asyncpg.pool

from eventstore.facts import RecordedFact
from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import FACT, LOG_ID, recorded

# Of facts that nobody wants the database reads no more than their names, but it must not do so for long at a time.
POSITIONS_MAX = 50_000
# As stored, which may be compressed. The plan of a large house is a few hundred kB, and decoded ten times that.
BYTES_MAX = 4_000_000


@dataclass(frozen=True, slots=True)
class LogPage:
    """Every fact that was asked for after one position and up to `reached`. The log ends at `head`, or did just now."""

    facts: list[RecordedFact]
    reached: int
    head: int


PAGE = f"""SELECT {FACT}, bytes
           FROM (SELECT *, sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS bytes
                 FROM eventstore.events
                 WHERE log_id = $1 AND position > $2 AND position <= $3 AND name <> ALL ($4)) AS wanted
           WHERE bytes - pg_column_size(data) < $5 ORDER BY position LIMIT $6"""  # noqa: S608 - our own column list

LAST_POSITION = "SELECT last_position FROM eventstore.log WHERE log_id = $1"


async def read_page(
    connection: "asyncpg.pool.PoolConnectionProxy",
    after: int,
    unwanted: Collection[str],
    facts_max: int,
    to: int | None = None,
) -> LogPage:
    """What comes after `after`, up to `to` or the log's end, but for facts of the names `unwanted`.

    Raises `StoreUnavailable`.
    """
    with unavailable_is_said():
        head = await connection.fetchval(LAST_POSITION, LOG_ID)
        end = min(head if to is None else to, after + POSITIONS_MAX)
        rows = await connection.fetch(PAGE, LOG_ID, after, end, list(unwanted), BYTES_MAX, facts_max)
    facts = [recorded(row) for row in rows]
    is_full = bool(rows) and (len(rows) == facts_max or rows[-1][-1] >= BYTES_MAX)
    return LogPage(facts, facts[-1].position if is_full else end, head)
