"""The table of audit reads. Rows are added to it, and nothing else happens to them.

A table and not facts in the log: the log's head is what every sale waits for, and whoever reads it for auditors has no
right to write to it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID

RECORD = """INSERT INTO audit.reads (log_id, read_id, recorded_at, by_id, account_id, role, path, ids, filters,
                                     status, facts, request_id, ends)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"""

# One for each read: with a file's goes the row that was added at its end.
_READ = """SELECT r.read_id::text, r.recorded_at, r.by_id, r.account_id, r.role, r.path, r.ids::text,
                  r.filters::text, coalesce(e.status, r.status), coalesce(r.facts, e.facts), r.request_id
           FROM audit.reads AS r LEFT JOIN audit.reads AS e ON e.log_id = $1 AND e.ends = r.read_id
           WHERE r.log_id = $1 AND r.ends IS NULL
               AND ($2::text IS NULL OR $2 IN (r.account_id, r.by_id))
               AND r.recorded_at >= coalesce($3::timestamptz, '-infinity')
               AND r.recorded_at < coalesce($4::timestamptz, 'infinity')"""

READS = f"""{_READ} AND (r.recorded_at, r.read_id) > (coalesce($5::timestamptz, '-infinity'), $6::uuid)
            ORDER BY r.recorded_at, r.read_id LIMIT $7"""

NEWEST_READS = f"""{_READ} AND (r.recorded_at, r.read_id) < (coalesce($5::timestamptz, 'infinity'), $6::uuid)
                   ORDER BY r.recorded_at DESC, r.read_id DESC LIMIT $7"""

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


class Reader(NamedTuple):
    """Who looks: `id` is an account or an API key, and `account_id` the account in both cases. On the command line `id`
    is the user of the machine, and `account_id` the login of the database.
    """

    id: str
    account_id: str
    role: str


class Asking(NamedTuple):
    """What was asked: the template of the path with what stood in it, and the query; or a command with its options."""

    path: str
    ids: Mapping[str, str]
    filters: Mapping[str, str]


class ReadRow(NamedTuple):
    """A read as the table has it. `facts` is null for a file that is still being told, or was broken off."""

    read_id: str
    recorded_at: datetime
    by_id: str
    account_id: str
    role: str
    path: str
    ids: str
    filters: str
    status: int
    facts: int | None
    request_id: str


class ReadsWanted(NamedTuple):
    """`by` is either name of the reader. `after` is the time and the id of the read behind which they go on."""

    by: str | None
    since: datetime | None
    until: datetime | None
    after: tuple[datetime, UUID] | None
    is_descending: bool


class ReadLedger:
    """Adds and reads over `pool`."""

    def __init__(self, pool: "asyncpg.Pool", now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._pool = pool
        self._now = now
        self._new_id = new_id

    async def record(
        self,
        reader: Reader,
        asking: Asking,
        request_id: str,
        *,
        status: int,
        facts: int | None,
        ends: str | None = None,
    ) -> str:
        """The id of the read, which is durable on return. Raises `StoreUnavailable`, and what PostgreSQL refuses."""
        read_id = self._new_id()
        about = (asking.path, *(orjson.dumps(each).decode() for each in (asking.ids, asking.filters)))
        with unavailable_is_said():
            await self._pool.execute(
                RECORD, LOG_ID, read_id, self._now(), *reader, *about, status, facts, request_id, ends
            )
        return read_id

    async def reads(self, wanted: ReadsWanted, limit: int) -> list[ReadRow]:
        """Up to `limit` of them. Raises `StoreUnavailable`."""
        statement, end = (NEWEST_READS, LAST) if wanted.is_descending else (READS, FIRST)
        moment, read_id = wanted.after or (None, end)
        filters = (wanted.by, wanted.since, wanted.until)
        with unavailable_is_said():
            rows = await self._pool.fetch(statement, LOG_ID, *filters, moment, read_id, limit)
        return [ReadRow(*row) for row in rows]
