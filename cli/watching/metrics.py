"""What the watchman has found, as figures and as a warning of readiness.

Watchmen are processes without a port, so a server that people scrape tells it, out of what it looked up last: a
readiness page that asked the database for it could fail for it, and a warning must not take the shop down.
"""

from collections.abc import Mapping
from typing import Any

import asyncpg
from prometheus_client import Gauge

from cli.telling import told_again
from cli.watching.look import WatchLook, look
from projections.watching.invariant import Invariant
from runtime.http.lifespans import Lifespan
from runtime.metrics import REGISTRY

# Gauges, though they only grow: each process tells what the table has, and a sum over processes would be too much.
VIOLATIONS = Gauge(
    "watch_violations_total",
    "Violations ever found",
    ("invariant",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
OPEN_VIOLATIONS = Gauge(
    "watch_open_violations",
    "Violations that nobody has acknowledged",
    ("invariant",),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
POSITION = Gauge(
    "watch_position",
    "The last position that the watchman has seen",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
LAG_FACTS = Gauge(
    "watch_lag_facts",
    "Facts in the log that the watchman has not seen yet",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)


class WatchPost:
    """Looks every few seconds, with a pool of any role of ours, and remembers what it saw."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool
        self._seen: WatchLook | None = None

    async def check(self) -> Mapping[str, Any]:
        """Warns of what is open; never fails."""
        seen = self._seen
        if seen is None:
            return {}
        figures = {"position": seen.position, "lag_facts": seen.lag_facts}
        return figures if seen.warning is None else {**figures, "warning": seen.warning}

    async def look(self) -> None:
        """Raises `StoreUnavailable`."""
        self._seen = await look(self._pool)
        tell(self._seen)

    @property
    def lifespan(self) -> Lifespan:
        """Looks for as long as the application runs."""
        return told_again(self.look)


def tell(seen: WatchLook) -> None:
    """Set the gauges; what was never violated is 0."""
    found = {each.invariant: each for each in seen.tally}
    for invariant in Invariant:
        tally = found.get(invariant)
        VIOLATIONS.labels(invariant.value).set(0 if tally is None else tally.found)
        OPEN_VIOLATIONS.labels(invariant.value).set(0 if tally is None else tally.open)
    POSITION.set(seen.position)
    LAG_FACTS.set(seen.lag_facts)
