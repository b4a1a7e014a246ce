"""The application of one side or of both, over its own pools and database roles."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from importlib.metadata import version

import asyncpg
from fastapi import APIRouter
from prometheus_client import CollectorRegistry

import audit_api.app
import command_api.app
import projections.health
import query_api.app
from cli.archive_metrics import archive_metrics
from cli.authentication import callers, closed
from cli.openapi_tags import TAGS
from cli.places import place_told
from cli.projecting import lag_metrics
from cli.sealing.metrics import seal_metrics
from cli.secrets import master_key
from cli.upgrade import must_suit
from cli.watching.metrics import WatchPost
from command_api import readiness
from command_api.writing.taking import Taking
from runtime.authentication import jwks
from runtime.authentication.authentication import Authentication
from runtime.database import create_pool
from runtime.http.application import Application, create_application
from runtime.http.health import Check
from runtime.http.lifespans import Lifespan
from runtime.metrics import REGISTRY
from runtime.settings import Settings


class Side(StrEnum):
    """What a process serves."""

    COMMAND = "command-api"
    QUERY = "query-api"
    ALL = "all"


CONNECTIONS_MIN = 6
"""Of one side's pool. One listens, policies hold one and read with another, live streams read with two: with fewer,
those who hold one would wait for ever for another.
"""

DESCRIPTION = """An event-sourced box office. Every write is a command decided against the event's own history; every
read comes from a table that follows the log. Writes answer with `Seatledger-Position`; a read that sends it back as
`Seatledger-Min-Position` sees at least that."""


@asynccontextmanager
async def application(
    side: Side,
    dsn: str,
    settings: Settings,
    more: Sequence[APIRouter] = (),
    registry: CollectorRegistry = REGISTRY,
) -> AsyncIterator[Application]:
    """The application, its pools connected, with whatever routes there are to be `more` in it.

    Raises `DatabaseUnavailable` when the database does not answer, `MigrationRefused` when it is not one for this
    program.
    """
    await must_suit(dsn)
    async with (
        callers(dsn, settings, signs=side is not Side.QUERY) as known,
        _served(side, dsn, settings, known, more=more, registry=registry) as app,
    ):
        yield app


@asynccontextmanager
async def _served(
    side: Side,
    dsn: str,
    settings: Settings,
    known: Authentication,
    *,
    more: Sequence[APIRouter],
    registry: CollectorRegistry,
) -> AsyncIterator[Application]:
    routers: list[APIRouter] = [*more, jwks.router]
    lifespans: list[Lifespan] = [jwks.lifespan(known.ring)]
    checks: dict[str, Check] = {"callers": known.revocations.check}
    pools = []
    if side is not Side.QUERY:
        pool = await _pool(dsn, settings, command_api.app.ROLE, Side.COMMAND)
        pools.append(pool)
        routers += command_api.app.ROUTERS
        taking = Taking()
        commands = command_api.app.lifespan(
            pool,
            settings,
            known.tokens,
            known.revocations,
            registry,
            master_key=master_key(settings),
            taking=taking,
            place=place_told(),
        )
        lifespans.append(commands)
        checks["log"] = readiness.check(pool, taking)
    if side is not Side.COMMAND:
        pool = await _pool(dsn, settings, query_api.app.ROLE, Side.QUERY)
        log_pool = await _pool(dsn, settings, audit_api.app.ROLE, Side.QUERY, settings.audit_connections)
        pools += [pool, log_pool]
        wrapping = master_key(settings)
        routers += [*query_api.app.ROUTERS, *audit_api.app.ROUTERS]
        lifespans += [
            query_api.app.lifespan(pool, settings, wrapping),
            audit_api.app.lifespan(log_pool, wrapping),
            lag_metrics(pool),
            seal_metrics(log_pool),
        ]
        checks["database"] = query_api.app.check(pool)
        checks["projections"] = projections.health.check(pool)
    # Each role of ours may read what it looks up.
    watch = WatchPost(pools[0])
    lifespans += [watch.lifespan, archive_metrics(pools[0])]
    checks["watch"] = watch.check
    try:
        yield create_application(
            title="Seatledger",
            version=version("seatledger"),
            description=DESCRIPTION,
            tags=TAGS,
            routers=routers,
            settings=settings,
            authenticator=known.authenticator,
            lifespans=lifespans,
            checks=checks,
            registry=registry,
        )
    finally:
        for pool in pools:
            await closed(pool)


async def _pool(
    dsn: str, settings: Settings, role: str, side: Side, connections_max: int | None = None
) -> "asyncpg.Pool":
    most = max(settings.pool_max_connections, CONNECTIONS_MIN) if connections_max is None else connections_max
    return await create_pool(
        dsn,
        role=role,
        application_name=f"seatledger {side.value}",
        min_size=min(settings.pool_min_connections, most),
        max_size=most,
    )
