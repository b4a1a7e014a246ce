"""The readiness check of the read side: how far behind the log is each read model?"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import asyncpg

from eventstore.store import StoreUnavailable
from projections.status import statuses
from runtime.http.health import Unhealthy
from runtime.ids import utc_now

LAG_SECONDS_MAX = 60.0
"""Beyond this a client's own write stays unseen for longer than anybody retries."""


def check(
    pool: asyncpg.Pool, now: Callable[[], datetime] = utc_now, lag_seconds_max: float = LAG_SECONDS_MAX
) -> Callable[[], Awaitable[Mapping[str, Any]]]:
    """Says the lag and the parked streams of each; a read model too far behind is unhealthy. Any role may ask."""

    async def look() -> Mapping[str, Any]:
        try:
            found = await statuses(pool, now())
        except StoreUnavailable:
            raise Unhealthy("the database cannot be reached") from None
        if astray := [each.name for each in found if each.is_astray]:
            raise Unhealthy(
                f"these hold facts that are not in the log, as after a restore: {', '.join(astray)}; "
                "`seatledger rebuild` makes them anew"
            )
        if late := [each.name for each in found if each.lag_seconds > lag_seconds_max]:
            raise Unhealthy(f"more than {lag_seconds_max:g} seconds behind: {', '.join(late)}")
        return {
            each.name: {
                "lag_facts": each.lag_facts,
                "lag_seconds": round(each.lag_seconds, 3),
                "parked": len(each.parked),
            }
            for each in found
        }

    return look
