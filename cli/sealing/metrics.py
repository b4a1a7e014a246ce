"""How far the log is sealed. Sealers are processes without a port, so a server that people scrape tells it."""

from datetime import datetime

import asyncpg
from prometheus_client import Gauge

from cli.telling import told_again
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from runtime.http.lifespans import Lifespan
from runtime.ids import utc_now
from runtime.metrics import REGISTRY

SEALED_POSITION = Gauge(
    "seal_position", "The last position that is under a seal", registry=REGISTRY, multiprocess_mode="livemax"
)
UNSEALED_FACTS = Gauge(
    "seal_lag_facts",
    "Facts in the log that are not sealed yet",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
UNSEALED_SECONDS = Gauge(
    "seal_lag_seconds",
    "Age of the oldest fact that is not sealed yet",
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
SEAL_AGE = Gauge(
    "seal_age_seconds", "Age of the last seal; 0 without one", registry=REGISTRY, multiprocess_mode="livemin"
)


def seal_metrics(pool: asyncpg.Pool) -> Lifespan:
    """Looks every few seconds, with a `pool` that may read the log."""
    return told_again(lambda: tell(pool, utc_now()))


async def tell(pool: asyncpg.Pool, now: datetime) -> None:
    """Set the gauges."""
    store = PostgresStore(pool)
    last, position = await PostgresSeals(pool).last(), await store.last_position()
    size = 0 if last is None else last.size
    waiting = await store.read_log(size, 1)
    SEALED_POSITION.set(size)
    UNSEALED_FACTS.set(max(0, position - size))
    UNSEALED_SECONDS.set((now - waiting[0].recorded_at).total_seconds() if waiting else 0.0)
    SEAL_AGE.set(0.0 if last is None else (now - last.sealed_at).total_seconds())
