"""The audit floor, ready to be served beside the query side: its routers and its lifespan."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

import asyncpg
from fastapi import APIRouter, FastAPI

from audit_api.lifespan_state import AuditServices, AuditState
from audit_api.reads.ledger import ReadLedger
from audit_api.refusals.table import RefusalTable
from audit_api.routes import (
    bookings,
    customer_data,
    customers,
    event_as_of,
    events,
    facts,
    keys,
    proofs,
    reads,
    refusals,
    seals,
    seats,
    statistics,
    verify,
    why,
)
from eventstore.postgres.bounds import PostgresBounds
from eventstore.postgres.chains import PostgresChains
from eventstore.postgres.seals import PostgresSeals
from eventstore.postgres.selections import PostgresSelections
from eventstore.postgres.store import PostgresStore
from eventstore.postgres.streams import PostgresStreams
from eventstore.postgres.tagged import PostgresTagged
from eventstore.postgres.tree import PostgresTree
from runtime.ids import new_id, utc_now
from runtime.master_key import MasterKey
from runtime.privacy.erasures import Erasures
from runtime.privacy.keyring import Keyring

ROLE = "seatledger_audit"
"""May read the log, and write nowhere but that it did."""

WALKS_MAX = 2

ROUTERS: tuple[APIRouter, ...] = (
    bookings.router,
    event_as_of.router,
    events.router,
    customers.router,
    seats.router,
    facts.router,
    verify.router,
    seals.router,
    proofs.router,
    keys.router,
    statistics.router,
    reads.router,
    why.router,
    refusals.router,
    customer_data.router,
)


def lifespan(
    pool: "asyncpg.Pool", master_key: MasterKey, now: Callable[[], datetime] = utc_now
) -> Callable[[FastAPI], AbstractAsyncContextManager[AuditState]]:
    """Reads over `pool`, which is closed by whoever made it, and follows erasures meanwhile."""

    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[AuditState]:
        services = audit_services(pool, master_key, now)
        following = asyncio.create_task(services.erasures.follow())
        try:
            yield {"audit": services}
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    return run


def audit_services(
    pool: "asyncpg.Pool", master_key: MasterKey, now: Callable[[], datetime] = utc_now
) -> AuditServices:
    """What the operations work with."""
    keyring = Keyring(pool, master_key)
    return AuditServices(
        pool,
        PostgresStore(pool),
        PostgresChains(pool),
        PostgresTagged(pool),
        PostgresSelections(pool),
        RefusalTable(pool),
        PostgresBounds(pool),
        PostgresStreams(pool),
        ReadLedger(pool, now, new_id),
        PostgresSeals(pool),
        PostgresTree(pool),
        keyring,
        Erasures(pool, keyring, now),
        now,
        asyncio.Semaphore(WALKS_MAX),
    )
