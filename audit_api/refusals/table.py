"""The table of refusals, which the command side fills."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from eventstore.postgres.errors import unavailable_is_said
from eventstore.postgres.store import LOG_ID

# The id in text has another name: ORDER BY would take it for the column, and sort.
_REFUSAL = """SELECT refusal_id::text AS id, asked_at, stream, version, command, command_id::text, by_id, role,
                     request_id, idempotency_key, booking_id, customer_id, status, code, refusal, reason::text,
                     asked::text, if_match::text
              FROM command_api.refusals WHERE log_id = $1"""

REFUSAL = f"{_REFUSAL} AND refusal_id = $2"

# A statement for each filter that is given, so that PostgreSQL plans for the index that it has: filters are few, and
# all of them are parameters.
_FILTERS = {
    "stream": "stream = ${0}",
    "by": "by_id = ${0}",
    "customer": "(by_id = ${0} OR customer_id = ${0} AND customer_id <> by_id)",
    "booking": "booking_id = ${0}",
    "code": "code = ${0}",
    "command": "command = ${0}",
    "request": "request_id = ${0}",
    "since": "asked_at >= ${0}",
    "until": "asked_at < ${0}",
}
_BEHIND = "(asked_at, refusal_id) {0} (${1}, ${2})"
_IN_ORDER = " ORDER BY asked_at {0}, refusal_id {0} LIMIT ${1}"


class RefusalRow(NamedTuple):
    """A refusal as the table has it: `reason`, `asked` and `if_match` are JSON.

    Without a `stream` it did not go through the writers, and does not say what was asked.
    """

    id: str
    asked_at: datetime
    stream: str | None
    version: int | None
    command: str
    command_id: str
    by_id: str
    role: str
    request_id: str | None
    idempotency_key: str | None
    booking_id: str | None
    customer_id: str | None
    status: int
    code: str
    refusal: str
    reason: str
    asked: str | None
    if_match: str | None


class RefusalsWanted(NamedTuple):
    """None is no such limit. `after` is the time and the id of the refusal behind which they go on."""

    stream: str | None = None
    by: str | None = None
    customer: str | None = None
    booking: str | None = None
    code: str | None = None
    command: str | None = None
    request: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, UUID] | None = None
    is_descending: bool = False


class RefusalTable:
    """Reads over `pool`. All raise `StoreUnavailable`."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool

    async def refusal(self, refusal_id: UUID) -> RefusalRow | None:
        with unavailable_is_said():
            row = await self._pool.fetchrow(REFUSAL, LOG_ID, refusal_id)
        return None if row is None else RefusalRow(*row)

    async def refusals(self, wanted: RefusalsWanted, limit: int) -> list[RefusalRow]:
        """Up to `limit` of them."""
        statement, arguments = select(wanted, limit)
        with unavailable_is_said():
            rows = await self._pool.fetch(statement, *arguments)
        return [RefusalRow(*row) for row in rows]


def select(wanted: RefusalsWanted, limit: int) -> tuple[str, list[Any]]:
    """The statement for what is wanted, with its parameters."""
    arguments: list[Any] = [LOG_ID]
    conditions = []
    for name, condition in _FILTERS.items():
        value = getattr(wanted, name)
        if value is not None:
            arguments.append(value)
            conditions.append(condition.format(len(arguments)))
    if wanted.after is not None:
        sign, number = "<" if wanted.is_descending else ">", len(arguments)
        arguments += wanted.after
        conditions.append(_BEHIND.format(sign, number + 1, number + 2))
    arguments.append(limit)
    order = _IN_ORDER.format("DESC" if wanted.is_descending else "ASC", len(arguments))
    return "".join([_REFUSAL, *(f" AND {each}" for each in conditions), order]), arguments
