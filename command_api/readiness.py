"""The readiness check of the command side: does the log answer, and does it take facts?"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg

from command_api.writing.taking import Taking
from runtime.database import is_unavailable
from runtime.http.health import Unhealthy

# A server that became a stand-by, or that somebody has made read-only, answers all questions and takes nothing.
LOOK = """SELECT last_position, current_setting('transaction_read_only') = 'on'
          FROM eventstore.log WHERE log_id = 1"""


def check(pool: "asyncpg.Pool", taking: Taking) -> Callable[[], Awaitable[Mapping[str, Any]]]:
    """Says the log's last position. A disk that is full shows in what was tried: nothing is written to find out."""

    async def look() -> Mapping[str, Any]:
        try:
            row = await pool.fetchrow(LOOK)
        except Exception as error:
            if is_unavailable(error):
                raise Unhealthy("the log cannot be reached") from None
            raise
        position, is_read_only = row or (0, False)
        if is_read_only:
            raise Unhealthy("the database takes no writes")
        if taking.has_failed_lately:
            raise Unhealthy("the log takes no facts at the moment")
        return {"last_position": position}

    return look
