"""The cancelled shows whose bookings have not all been dealt with, followed from the log."""

from collections.abc import Sequence

import asyncpg
import asyncpg.pool

from domain.codec import CODEC
from domain.show.facts import ShowCancelled
from eventstore.facts import RecordedFact

Connection = asyncpg.pool.PoolConnectionProxy

CANCELLED = """INSERT INTO command_api.cancelled_shows (show_id, cancelled_at) VALUES ($1, $2)
               ON CONFLICT DO NOTHING"""

UNFINISHED = "SELECT show_id::text FROM command_api.cancelled_shows ORDER BY cancelled_at"

FINISHED = "DELETE FROM command_api.cancelled_shows WHERE show_id = $1::uuid"

FOLLOWED = frozenset({CODEC.key(ShowCancelled)[0]})


async def follow(connection: Connection, facts: Sequence[RecordedFact]) -> None:
    """Take in the next facts of the log."""
    for recorded in facts:
        if recorded.name in FOLLOWED:
            fact: ShowCancelled = CODEC.decode(recorded.name, recorded.schema_version, recorded.data)
            await connection.execute(CANCELLED, fact.show_id, fact.at)


FORGET = "DELETE FROM command_api.cancelled_shows"


async def forget(connection: Connection) -> None:
    """The log that was followed is gone: what comes next is another one's first fact."""
    await connection.execute(FORGET)


async def unfinished(pool: asyncpg.Pool) -> list[str]:
    """The shows to go on with, the one cancelled first in front."""
    return [row[0] for row in await pool.fetch(UNFINISHED)]


async def finished(pool: asyncpg.Pool, show_id: str) -> None:
    """None of the show's bookings stands any more."""
    await pool.execute(FINISHED, show_id)
