"""A house where tickets are sold by HTTP and the log is audited by HTTP, on a real database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp, Receive, Scope, Send

import audit_api.app
import command_api.app
from audit_api.shapes.refusal import Refusal, RefusalWithCause
from command_api.lifespan_state import CommandState
from command_api.refusals.keeping import KeptRefusals
from runtime.authentication.epoch import Epoch
from runtime.authentication.revocations import Revocations
from runtime.database import create_pool
from runtime.http.application import create_application
from runtime.http.pages import Page
from runtime.identity import Caller, Role
from runtime.ids import utc_now
from runtime.settings import load_settings
from tests.projections.people import MASTER
from tests.projections.writing import NOON
from tests.scoped_keys import WithKeys
from tests.signing import SignedTokens

TOKENS = SignedTokens()
KNOWN = WithKeys(TOKENS)
NOWHERE = "01a201e2-0000-7000-8000-0000000000ff"
CALLERS = {
    "ana": Caller("01a201e2-0000-7000-8000-00000000000a", Role.CUSTOMER, "Ana", "ana@example.org"),
    "clerk": Caller("01a201e2-0000-7000-8000-00000000000c", Role.BOX_OFFICE, "Clerk", "clerk@example.org"),
    "auditor": Caller("01a201e2-0000-7000-8000-00000000000d", Role.AUDITOR, "Audrey", "a@example.org"),
    "key": Caller(
        "01a201e2-0000-7000-8000-00000000000d", Role.AUDITOR, "Audrey", "a@example.org", frozenset({NOWHERE})
    ),
    "admin": Caller("01a201e2-0000-7000-8000-00000000000e", Role.ADMIN, "Ada", "admin@example.org"),
}
PRICE = {"amount": 2500, "currency": "EUR"}


@dataclass
class World:
    """`shift` is how far the command side's clock is ahead, so that holds run out while nobody waits."""

    client: httpx.AsyncClient
    superuser: asyncpg.Connection
    kept: KeptRefusals
    shift: timedelta = field(default_factory=timedelta)

    async def ask(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {"Authorization": KNOWN.shown_by(CALLERS[who]), **headers}
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=sent)

    async def command(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer of a command that is accepted."""
        answer = await self.ask(who, method, path, body, **headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def audit(self, path: str, who: str = "auditor", /, **query: object) -> httpx.Response:
        headers = {"Authorization": KNOWN.shown_by(CALLERS[who])}
        params = {name.rstrip("_"): str(value) for name, value in query.items()}
        return await self.client.get(f"/api/v1/audit{path}", params=params or None, headers=headers)

    async def read(self, path: str, **query: object) -> Any:
        """The answer of an audit that finds something."""
        answer = await self.audit(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refuse(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The refusal, with its cause, of a command that is refused."""
        answer = await self.ask(who, method, path, body, **headers)
        assert answer.status_code in (403, 404, 409, 412, 422), answer.text
        await self.kept.flush()
        found = await self.read("/refusals", request_id=answer.headers["X-Request-Id"])
        assert [each["code"] for each in found["items"]] == [answer.json()["code"]]
        Page[Refusal].model_validate(found)
        told = await self.read(f"/refusals/{found['items'][0]['id']}")
        RefusalWithCause.model_validate(told)
        return told

    async def event(self, payment_window: int | None = 600, capacity: int = 100) -> str:
        """The id of an event on sale."""
        body = {
            "name": "Tosca", "venue_name": "Town hall", "timezone": "Europe/Rome", "price": PRICE,
            "starts_at": "2097-03-14T20:00:00+01:00", "capacity": capacity, "payment_window_seconds": payment_window,
        }  # fmt: skip
        made: str = (await self.command("admin", "POST", "/events", body))["id"]
        return made

    async def book(self, event_id: str, quantity: int = 2, key: str | None = None) -> Any:
        """Ana's booking, under an idempotency key if one is given."""
        headers = {} if key is None else {"Idempotency-Key": key, "X-Request-Id": f"request-{key}"}
        body = {"event_id": event_id, "quantity": quantity}
        return await self.command("ana", "POST", "/bookings", body, **headers)

    async def pay(self, booking: Any, amount: int | None = None) -> httpx.Response:
        due = booking["total"]["amount"] if amount is None else amount
        payment = {"reference": "pi_1", "amount": due, "currency": "EUR"}
        return await self.ask("ana", "POST", f"/bookings/{booking['id']}/confirm", {"payment": payment})


def with_state(app: ASGIApp, state: dict[str, Any]) -> ASGIApp:
    """What a server does with what a lifespan yields."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = dict(state)
        await app(scope, receive, send)

    return served


def refusals_of(state: Any) -> KeptRefusals:
    """What the command side keeps refusals with, so that nobody has to wait until it writes them."""
    commands: CommandState = state
    return commands["command"].refusals


Commands = Callable[[FastAPI], AbstractAsyncContextManager[CommandState]]


def ahead(commands: Commands, shift: Callable[[], timedelta]) -> Commands:
    """The command side with another clock."""

    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[CommandState]:
        async with commands(app) as state:
            yield {"command": replace(state["command"], now=lambda: utc_now() + shift())}

    return run


@asynccontextmanager
async def pool_of(database: str, role: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(database, role=role, application_name=role, min_size=0, max_size=4)
    async with made:
        yield made


@asynccontextmanager
async def serving(pool: asyncpg.Pool) -> AsyncIterator[httpx.AsyncClient]:
    """The audit floor alone, at noon."""
    app = create_application(
        title="Audit",
        version="0",
        routers=audit_api.app.ROUTERS,
        settings=load_settings(),
        authenticator=TOKENS,
        lifespans=[audit_api.app.lifespan(pool, MASTER, lambda: NOON)],
    )
    async with app.router.lifespan_context(app) as state:
        transport = httpx.ASGITransport(with_state(app, dict(state or {})))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@pytest.fixture
async def superuser(database: str) -> AsyncIterator[asyncpg.Connection]:
    """Who may do anything to the log."""
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


@pytest.fixture
async def audit_pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections with the rights of the audit floor and no others."""
    async with pool_of(database, audit_api.app.ROLE) as pool:
        yield pool


@pytest.fixture
async def world(
    database: str, audit_pool: asyncpg.Pool, superuser: asyncpg.Connection
) -> AsyncIterator[World]:
    settings, made = load_settings(), list[World]()
    async with pool_of(database, command_api.app.ROLE) as pool:
        revocations = Revocations(pool, Epoch(), timedelta(days=1))
        commands = command_api.app.lifespan(
            pool, settings, TOKENS, revocations, CollectorRegistry(), master_key=MASTER
        )
        app = create_application(
            title="Audit",
            version="0",
            routers=(*command_api.app.ROUTERS, *audit_api.app.ROUTERS),
            settings=settings,
            authenticator=KNOWN,
            lifespans=(
                ahead(commands, lambda: made[0].shift),
                audit_api.app.lifespan(audit_pool, MASTER),
            ),
        )
        async with app.router.lifespan_context(app) as state:
            transport = httpx.ASGITransport(with_state(app, dict(state or {})))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                made.append(World(client, superuser, refusals_of(state)))
                yield made[0]
