"""The command side as an application to call, with a clock that tests may set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from argon2 import PasswordHasher
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp, Receive, Scope, Send

from command_api import app as command_api
from command_api import readiness
from command_api.lifespan_state import CommandServices
from command_api.writing.taking import Taking
from runtime.authentication.epoch import Epoch
from runtime.authentication.revocations import Revocations
from runtime.http.application import create_application
from runtime.ids import utc_now
from runtime.master_key import MasterKey
from runtime.settings import Settings, load_settings
from tests.scoped_keys import WithKeys
from tests.signing import SignedTokens

MASTER = MasterKey([bytes(range(32))])


class Clock:
    """The time it is, plus `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


class Served:
    """The application with its lifespan's state, as a server would pass it on. `services` may be replaced."""

    def __init__(
        self, app: FastAPI, services: CommandServices, clock: Clock, known: WithKeys, pool: asyncpg.Pool
    ) -> None:
        self.known = known
        self.pool = pool
        self.app = app
        self.services = services
        self.clock = clock
        self.tokens = known.tokens
        self.document: dict[str, Any] = app.openapi()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, "state": {"command": self.services}}, receive, send)

    @property
    def asgi(self) -> ASGIApp:
        return self


@asynccontextmanager
async def served(pool: asyncpg.Pool, **overrides: Any) -> AsyncIterator[Served]:
    """The command side over `pool`; `overrides` are settings."""
    # Of a crowd nobody is refused only because this machine is busy with other tests.
    usual = {"password_hash_threads": 1, "sign_in_failures_per_minute": 0, "queue_seconds_max": 10.0}
    settings: Settings = load_settings(**{**usual, **overrides})
    tokens = SignedTokens(settings.access_token_seconds)
    revocations = Revocations(pool, Epoch(), timedelta(days=1))
    known = WithKeys(tokens)
    app = create_application(
        title="Seatledger",
        version="0",
        routers=command_api.ROUTERS,
        settings=settings,
        authenticator=known,
        lifespans=[
            command_api.lifespan(pool, settings, tokens, revocations, CollectorRegistry(), master_key=MASTER)
        ],
        checks={"log": readiness.check(pool, Taking())},
    )
    clock = Clock()
    async with app.router.lifespan_context(app) as state:
        assert state is not None
        services = replace(state["command"], now=clock)
        # What makes a hash safe makes a test slow.
        services.accounts._passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        yield Served(app, services, clock, known, pool)
