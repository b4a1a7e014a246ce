"""Whether the database's write-ahead log gets into its archive: without that a base backup leads nowhere further."""

from datetime import datetime
from typing import NamedTuple

import asyncpg
from prometheus_client import Gauge

from cli.telling import told_again
from runtime.http.lifespans import Lifespan
from runtime.ids import utc_now
from runtime.metrics import REGISTRY

FAILING = Gauge(
    "archive_failing",
    "1 while the server cannot put its write-ahead log into the archive",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
AGE_SECONDS = Gauge(
    "archive_age_seconds",
    "Since the last piece of the write-ahead log was archived; 0 when none was",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)


class Archiving(NamedTuple):
    """When the last piece was archived, and when that last failed; None for never."""

    archived_at: datetime | None
    failed_at: datetime | None

    @property
    def is_failing(self) -> bool:
        """The server tries again until it succeeds, about once a minute."""
        return self.failed_at is not None and (self.archived_at is None or self.failed_at > self.archived_at)


LOOK = "SELECT last_archived_time, last_failed_time FROM pg_stat_archiver"


async def look(pool: "asyncpg.Pool") -> Archiving:
    """Any role may."""
    ((archived_at, failed_at),) = await pool.fetch(LOOK)
    return Archiving(archived_at, failed_at)


def tell(seen: Archiving, now: datetime) -> None:
    """Set the gauges."""
    FAILING.set(seen.is_failing)
    AGE_SECONDS.set(0.0 if seen.archived_at is None else max(0.0, (now - seen.archived_at).total_seconds()))


def archive_metrics(pool: "asyncpg.Pool") -> Lifespan:
    """Looks every few seconds, with a pool of any role of ours."""

    async def told() -> None:
        tell(await look(pool), utc_now())

    return told_again(told)
