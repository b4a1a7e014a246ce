"""Commands that are remembered, each with its answer: finding them, and keeping an answer that leaves no facts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from eventstore.appending import KnownCommand, NewCommand
from eventstore.postgres.errors import unavailable_is_said

# What is found may be visible and yet not where it must be to last: a commit that waited for a synchronous stand-by is
# seen by all when its session is told to stop waiting. A commit after it waits for everything before.
CONFIRM = "SELECT pg_logical_emit_message(true, 'seatledger', '')"

FIND = """SELECT command_id::text, fingerprint, answer::text, position
          FROM eventstore.commands WHERE log_id = $1 AND command_id = ANY ($2::uuid[])"""


async def find(pool: Any, log_id: int, command_ids: Sequence[str]) -> dict[str, KnownCommand]:
    """Those that are known, as durably as what is appended. Raises `StoreUnavailable`."""
    with unavailable_is_said():
        rows = await pool.fetch(FIND, log_id, command_ids)
        if rows:
            await pool.execute(CONFIRM)
    return _known(rows)


REMEMBER = """SELECT command_id::text, fingerprint, answer::text, position
              FROM eventstore.remember($1, $2, $3, $4, $5)"""

# A deadlock with an append that brings the same commands in another order.
_REPEAT_MAX = 5


async def remember(
    pool: Any, log_id: int, commands: Sequence[NewCommand], recorded_at: datetime
) -> dict[str, KnownCommand]:
    """Keep those that are new, and give the others. Raises `StoreUnavailable`."""
    arguments = (
        log_id,
        recorded_at,
        [command.id for command in commands],
        [command.fingerprint for command in commands],
        [command.answer.decode() for command in commands],
    )
    attempt = 1
    while True:
        try:
            with unavailable_is_said():
                rows = await pool.fetch(REMEMBER, *arguments)
                if rows:
                    await pool.execute(CONFIRM)
        except asyncpg.DeadlockDetectedError:
            if attempt == _REPEAT_MAX:
                raise
            attempt += 1
        else:
            return _known(rows)


def _known(rows: Sequence[Any]) -> dict[str, KnownCommand]:
    return {row[0]: KnownCommand(*row) for row in rows}
