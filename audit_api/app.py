"""The audit floor, ready to be served beside the query side: its routers and its lifespan."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

import asyncpg
from fastapi import APIRouter, FastAPI

from audit_api.lifespan_state import AuditServices, AuditState
from audit_api.routes import bookings, facts, verify
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.store import PostgresStore
from runtime.ids import utc_now

ROLE = "seatledger_audit"
"""May read the log and write nowhere."""

VERIFICATIONS_MAX = 2

ROUTERS: tuple[APIRouter, ...] = (bookings.router, facts.router, verify.router)


def lifespan(
    pool: "asyncpg.Pool", now: Callable[[], datetime] = utc_now
) -> Callable[[FastAPI], AbstractAsyncContextManager[AuditState]]:
    """Reads over `pool`, which is closed by whoever made it."""

    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[AuditState]:
        store, chains = PostgresStore(pool), PostgresChains(pool)
        verifying = asyncio.Semaphore(VERIFICATIONS_MAX)
        yield {"audit": AuditServices(store, chains, now, verifying)}

    return run
