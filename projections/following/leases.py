"""A projector's lease: the row lock on its checkpoint, and whose tables stand behind it.

A worker whose connection dies loses the lock and so the lease; it cannot come back and move the checkpoint, because
what it would have to move it with is the transaction that died.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from eventstore.facts import RecordedFact
from eventstore.postgres.errors import unavailable_is_said
from projections.applying import Connection
from runtime.notices import READ_CHANNEL

# Told as a part of the transaction, a notice goes out when that commits and not before: whoever hears it need not look.
# A worker that has moved the checkpoint without telling what it changed may have changed something.
ADVANCE = """WITH moved AS (
                 UPDATE eventstore.checkpoints
                 SET position = $2, recorded_at = coalesce($3, recorded_at), changed_known_at = $2,
                     fact_hash = (SELECT hash FROM eventstore.events WHERE log_id = 1 AND position = $2),
                     fact_known_at = $2,
                     changed_by = CASE WHEN changed_known_at = position AND NOT $4 THEN changed_by
                                       ELSE projections.new_mark() END
                 WHERE log_id = 1 AND subscription = $1 AND ($6::bytea IS NULL OR EXISTS (
                     SELECT FROM eventstore.events WHERE log_id = 1 AND position = $2 AND hash = $6
                 ))
                 RETURNING changed_by::text, encode(fact_hash, 'hex') AS fact
             )
             SELECT pg_notify($5, json_build_object($1::text, json_build_array($2::bigint, changed_by, fact))::text)
             FROM moved"""


class AnotherLog(Exception):
    """Where a fact was read the log has another one, or none: it went back to an earlier state meanwhile."""


@dataclass(slots=True)
class Lease:
    """A held lease. What is written through `connection` commits together with the checkpoint, or not at all.

    `version` is that of the live tables, None when there are none; `parked` are the streams set aside. `stands` is
    False when the log has no such fact as the one at `position`: it was restored to an earlier state since.
    """

    connection: Connection
    name: str
    position: int
    version: int | None
    parked: frozenset[str]
    stands: bool

    async def advance(
        self, position: int, recorded_at: datetime | None = None, *, changed: bool = True
    ) -> None:
        """Move the checkpoint, and tell so at the commit. `recorded_at` is that of the fact at `position`; `changed` is
        False when this transaction has left every row as it was.
        """
        await self._advance(position, recorded_at, None, changed=changed)

    async def advance_to(self, last: RecordedFact, *, changed: bool) -> None:
        """The same, past a page of facts that ends with `last`.

        Raises `AnotherLog` when the log has not that fact; then nothing of this transaction may be kept.
        """
        await self._advance(last.position, last.recorded_at, last.hash, changed=changed)

    async def _advance(
        self, position: int, recorded_at: datetime | None, fact: bytes | None, *, changed: bool
    ) -> None:
        moved = await self.connection.fetch(
            ADVANCE, self.name, position, recorded_at, changed, READ_CHANNEL, fact
        )
        if not moved:
            raise AnotherLog
        self.position = position


TAKE = "SELECT at_position, version, parked, stands FROM projections.take_lease($1)"


@asynccontextmanager
async def lease(pool: asyncpg.Pool, name: str) -> AsyncIterator[Lease | None]:
    """One transaction with the lease in hand, in the live schema; None when somebody else holds it.

    Raises `StoreUnavailable`.
    """
    with unavailable_is_said():
        async with pool.acquire() as connection, connection.transaction():
            found = await connection.fetch(TAKE, name)
            if not found:
                yield None
                return
            position, version, parked, stands = found[0]
            yield Lease(connection, name, position, version, frozenset(parked), stands)
