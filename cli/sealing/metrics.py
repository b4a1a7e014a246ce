"""How far the log is sealed. Sealers are processes without a port, so a server that people scrape tells it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime

import asyncpg
from fastapi import FastAPI
from prometheus_client import Gauge

from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.store import PostgresStore
from runtime.http.lifespans import Lifespan
from runtime.ids import utc_now
from runtime.metrics import REGISTRY

LOOK_SECONDS = 2.0

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

    async def follow() -> None:
        while True:
            with suppress(Exception):
                await tell(pool, utc_now())
            await asyncio.sleep(LOOK_SECONDS)

    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[None]:
        following = asyncio.create_task(follow())
        try:
            yield None
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    def lifespan(app: FastAPI) -> AbstractAsyncContextManager[None]:
        return run(app)

    return lifespan


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
