"""The table of refusals, as the process that keeps them sees it: rows come in blocks, and go when they are old."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID

# The database takes the lines apart: it has the time, and this process must answer the next in the queue. Sent twice
# because nobody knew whether it had arrived, a block is there once.
ADD = """INSERT INTO command_api.refusals (
             log_id, refusal_id, asked_at, stream, version, command, command_id, by_id, role, request_id,
             idempotency_key, booking_id, customer_id, status, code, refusal, reason, asked, if_match)
         SELECT $1, r.id, coalesce(a.now, $3), r.stream, r.version, m.command, r.command_id,
                m.by ->> 'id', m.by ->> 'role', m.request_id, m.idempotency_key,
                CASE WHEN m.command <> 'BookSeats' THEN a.booking_id END,
                coalesce(a.customer ->> 'id', a.customer ->> 'person_id'),
                r.status, r.code, r.refusal, r.reason, r.asked, r.if_match
         FROM json_to_recordset(convert_from($2::bytea, 'UTF8')::json) AS r (
                  id uuid, command_id uuid, metadata json, status smallint, code text, refusal text, reason json,
                  stream text, version bigint, asked json, if_match json)
             LEFT JOIN LATERAL json_to_record(r.metadata) AS m (
                  by json, command text, request_id text, idempotency_key text) ON true
             LEFT JOIN LATERAL json_to_record(r.asked) AS a (
                  now timestamptz, booking_id text, customer json) ON true
         ON CONFLICT DO NOTHING"""

OLD_MAX = 5_000

ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock($1)"
LOCK = 0x5EA7_0006
"""The number of the lock that whoever forgets holds: in this database, nobody else has a use for it."""

FORGET = """DELETE FROM command_api.refusals WHERE log_id = $1 AND refusal_id IN (
                SELECT refusal_id FROM command_api.refusals
                WHERE log_id = $1 AND asked_at < $2 ORDER BY asked_at, refusal_id LIMIT $3)"""


class RefusalTable:
    """Writes over `pool`. All raise `StoreUnavailable`."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool

    async def add(self, lines: Sequence[bytes], now: datetime) -> None:
        """Durable on return, all of them or none. `now` is for those that do not say when they were asked.

        Raises the driver's `PostgresError` for a block of which the database cannot take some line.
        """
        with unavailable_is_said():
            await self._pool.execute(ADD, LOG_ID, b"[%b]" % b",".join(lines), now)

    async def forget(self, before: datetime) -> bool:
        """Delete some of those asked before that moment; whether there may be more to do.

        One process at a time: of two that meet here, one leaves it to the other.
        """
        with unavailable_is_said():
            async with self._pool.acquire() as connection, connection.transaction():
                if not await connection.fetchval(ONE_AT_A_TIME, LOCK):
                    return False
                done = await connection.execute(FORGET, LOG_ID, before, OLD_MAX)
        return int(done.split()[-1]) == OLD_MAX
