"""The pool that projectors work with, and how their lag is told to /metrics and /readyz of a server process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import asyncpg
from fastapi import FastAPI

from projections import lag
from projections.status import ProjectorStatus, statuses
from runtime.database import create_pool, is_unavailable
from runtime.http.health import Check, Unhealthy
from runtime.http.lifespans import Lifespan
from runtime.ids import utc_now
from runtime.settings import Settings

ROLE = "seatledger_projections"
LOOK_SECONDS = 2.0
READY_LAG_SECONDS_MAX = 30.0


@asynccontextmanager
async def projector_pool(dsn: str, settings: Settings) -> AsyncIterator[asyncpg.Pool]:
    """Connections that may write the read tables."""
    pool = await create_pool(
        dsn,
        role=ROLE,
        application_name="seatledger projections",
        min_size=settings.pool_min_connections,
        max_size=settings.pool_max_connections,
    )
    try:
        yield pool
    finally:
        await pool.close()


def lag_check(pool: asyncpg.Pool) -> Check:
    """Ready while every read model is less than half a minute behind; parked streams are told, and do not fail it."""

    async def look() -> Mapping[str, Any]:
        try:
            found = await statuses(pool, utc_now())
        except Exception as error:
            if is_unavailable(error.__cause__ or error):
                raise Unhealthy("the database cannot be reached") from None
            raise
        late = [one.name for one in found if one.lag_seconds > READY_LAG_SECONDS_MAX]
        if late:
            raise Unhealthy(f"behind by more than {READY_LAG_SECONDS_MAX:.0f} s: {', '.join(late)}")
        return {
            "lag_facts": max((one.lag_facts for one in found), default=0),
            "lag_seconds": round(max((one.lag_seconds for one in found), default=0.0), 3),
            "parked_streams": sum(len(one.parked) for one in found),
        }

    return look


def lag_metrics(pool: asyncpg.Pool) -> Lifespan:
    """Projectors are processes without a port, so a server that people scrape tells how far they are."""

    async def follow() -> None:
        while True:
            with suppress(Exception):
                tell(await statuses(pool, utc_now()))
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


def tell(found: list[ProjectorStatus]) -> None:
    """Set the gauges."""
    for one in found:
        lag.LAG_FACTS.labels(one.name).set(one.lag_facts)
        lag.LAG_SECONDS.labels(one.name).set(one.lag_seconds)
        lag.PARKED.labels(one.name).set(len(one.parked))
