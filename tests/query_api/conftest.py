"""The query side on a real database, with a log to write to and a projector's hand to turn."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.codec import Fact
from query_api.app import ROLE, ROUTERS, lifespan
from query_api.freshness import LAST_POSITION
from runtime.database import create_pool
from runtime.http.application import create_application
from runtime.identity import Caller, Role
from runtime.settings import load_settings
from tests.conftest import copied, database_on
from tests.projections.conftest import log, pool
from tests.projections.people import MASTER
from tests.projections.projecting import project
from tests.projections.season import ANA
from tests.projections.writing import NOON, LogWriter
from tests.scoped_keys import WithKeys
from tests.signing import SignedTokens

# The same fixtures serve these tests.
__all__ = ["log", "pool"]

TOKENS = SignedTokens()
KNOWN = WithKeys(TOKENS)
CALLERS = {
    "ana": Caller(ANA.id or "", Role.CUSTOMER, ANA.name, ANA.email),
    "bob": Caller("01a201e2-0000-7000-8000-00000000000b", Role.CUSTOMER, "Bob", "bob@example.org"),
    "clerk": Caller("01a201e2-0000-7000-8000-00000000000c", Role.BOX_OFFICE, "Clerk", "clerk@example.org"),
    "olga": Caller("01a201e2-0000-7000-8000-0000000000d1", Role.ORGANIZER, "Olga", "olga@example.org"),
    "otto": Caller("01a201e2-0000-7000-8000-0000000000d2", Role.ORGANIZER, "Otto", "otto@example.org"),
    "auditor": Caller("01a201e2-0000-7000-8000-00000000000d", Role.AUDITOR, "Audrey", "a@example.org"),
    "admin": Caller("01a201e2-0000-7000-8000-00000000000e", Role.ADMIN, "Ada", "admin@example.org"),
}


@dataclass
class World:
    """`now` is what the query side takes for the time, `position` how far the read tables have been brought."""

    client: httpx.AsyncClient
    log: LogWriter
    pool: asyncpg.Pool
    query_pool: asyncpg.Pool
    now: datetime = NOON
    position: int = 0

    async def happened(self, stream: str, *facts: Fact) -> int:
        """Facts in the log and in the read tables; the position of the last one."""
        position = await self.log.append(stream, *facts)
        await self.project()
        return position

    async def project(self) -> None:
        await project(self.pool)
        self.position = await self.pool.fetchval(LAST_POSITION)

    async def get(self, path: str, who: str | Caller | None = None, **query: Any) -> httpx.Response:
        # Lists are remembered until this process hears that the tables have moved on.
        headers = {"Seatledger-Min-Position": str(self.position)} | ({} if who is None else bearer(who))
        return await self.client.get(f"/api/v1{path}", params=query or None, headers=headers)

    async def names(self, path: str, who: str | Caller | None = None, **query: Any) -> list[str]:
        """The names in a list."""
        answer = await self.get(path, who, **query)
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]


def bearer(who: str | Caller) -> dict[str, str]:
    return {"Authorization": KNOWN.shown_by(CALLERS[who] if isinstance(who, str) else who)}


def with_state(app: ASGIApp, state: dict[str, Any]) -> ASGIApp:
    """What a server does with what a lifespan yields."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = dict(state)
        await app(scope, receive, send)

    return served


@asynccontextmanager
async def serving(
    pool: asyncpg.Pool, now: Callable[[], datetime], wait_seconds: float
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the query side over `pool`."""
    settings = load_settings(min_position_wait_seconds=wait_seconds)
    started = lifespan(pool, settings, MASTER, now)
    app = create_application(
        title="Query",
        version="0",
        routers=ROUTERS,
        settings=settings,
        authenticator=KNOWN,
        lifespans=[started],
    )
    async with app.router.lifespan_context(app) as state:
        transport = httpx.ASGITransport(with_state(app, dict(state or {})))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@asynccontextmanager
async def template_of(
    postgres: str,
    administrator: asyncpg.Connection,
    template: str,
    fill: Callable[[asyncpg.Pool], Awaitable[None]],
) -> AsyncIterator[str]:
    """The name of a copy of `template` that `fill`, with a projector's rights, has put something into."""
    async with copied(administrator, template) as name:
        dsn = database_on(postgres, name)
        made = await create_pool(
            dsn, role="seatledger_projections", application_name="template", min_size=0, max_size=4
        )
        async with made:
            await fill(made)
        yield name


@pytest.fixture(scope="session")
async def template(postgres: str, administrator: asyncpg.Connection, template: str) -> AsyncIterator[str]:
    """The tables of every read model are there: to make them takes longer than most of these tests."""
    async with template_of(postgres, administrator, template, project) as name:
        yield name


@pytest.fixture
def wait_seconds() -> float:
    """How long a read waits for a position; a test that expects to wait in vain makes it short."""
    return 10.0


@pytest.fixture
async def query_pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(database, role=ROLE, application_name="query", min_size=0, max_size=8)
    async with made:
        yield made


@pytest.fixture
async def world(
    pool: asyncpg.Pool, log: LogWriter, query_pool: asyncpg.Pool, wait_seconds: float
) -> AsyncIterator[World]:
    async with world_of(pool, log, query_pool, wait_seconds) as made:
        yield made


@asynccontextmanager
async def world_of(
    pool: asyncpg.Pool, log: LogWriter, query_pool: asyncpg.Pool, wait_seconds: float
) -> AsyncIterator[World]:
    made: list[World] = []
    async with serving(query_pool, lambda: made[0].now, wait_seconds) as client:
        made.append(World(client, log, pool, query_pool))
        await made[0].project()
        yield made[0]
