"""The whole application on a real database, as it is composed, with a booking that is Ana's in it."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from prometheus_client import CollectorRegistry

from cli.application import Side, application
from cli.openapi import all_sides
from runtime.database import create_pool
from runtime.http.access import Access
from runtime.identity import Caller, Role
from runtime.settings import load_settings
from tests.command_api.people import ADMIN, ANA, AUDITOR, CLERK, ORGANIZER
from tests.conftest import copied, database_on
from tests.projections.people import MASTER_TEXT
from tests.projections.projecting import project
from tests.query_api.conftest import with_state
from tests.signing import SignedTokens, trust

NOWHERE = "01900000-0000-7000-8000-0000000000ff"
"""An id that nothing has."""

PEOPLE: dict[Role | None, Caller | None] = {
    None: None,
    Role.CUSTOMER: ANA,
    Role.BOX_OFFICE: CLERK,
    Role.ORGANIZER: ORGANIZER,
    Role.AUDITOR: AUDITOR,
    Role.ADMIN: ADMIN,
}
"""One for each role; None shows no token."""


@dataclass(frozen=True)
class Operation:
    """One, as it is declared."""

    method: str
    path: str
    access: Access

    @property
    def parameters(self) -> set[str]:
        return set(re.findall(r"{(\w+)}", self.path))


OPERATIONS = {
    served.operation_id: Operation(method, path, served.access) for method, path, served in all_sides().table
}

LAST_POSITION = "SELECT last_position FROM eventstore.log WHERE log_id = 1"


@dataclass
class World:
    """`booking` is Ana's, paid and with tickets; `pending` is one that she has still to pay.

    `position` is the last one of the log after that.
    """

    client: httpx.AsyncClient
    pool: asyncpg.Pool
    tokens: SignedTokens
    booking: dict[str, Any]
    pending: dict[str, Any]
    position: int = 0

    def bearer(self, caller: Caller | None) -> dict[str, str]:
        return {} if caller is None else {"Authorization": f"Bearer {self.tokens.issue(caller)}"}

    async def ask(
        self,
        operation: str,
        by: Caller | None,
        ids: Mapping[str, str] | None = None,
        *,
        json: Any = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """What one of the operations says. A path id that is not among `ids` is one that nothing has."""
        asked = OPERATIONS[operation]
        path = asked.path.format_map({**dict.fromkeys(asked.parameters, NOWHERE), **(ids or {})})
        sent = {**self.bearer(by), **(headers or {})}
        return await self.client.request(asked.method, path, json=json, params=query, headers=sent)

    async def last_position(self) -> int:
        position: int = await self.pool.fetchval(LAST_POSITION)
        return position


EVENT = {
    "name": "La Bohème",
    "venue_name": "Town hall",
    "timezone": "Europe/Rome",
    "starts_at": "2099-03-14T20:00:00+01:00",
    "capacity": 20,
    "price": {"amount": 2000, "currency": "EUR"},
}


async def made(world: World, operation: str, by: Caller, json: Any, **ids: str) -> dict[str, Any]:
    answer = await world.ask(operation, by, ids, json=json)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def fill(world: World) -> None:
    """What the rest is about: two bookings of Ana's at one event."""
    event = await made(world, "CreateEvent", ADMIN, {**EVENT, "payment_window_seconds": 86_400})
    held = await made(world, "BookSeats", ANA, {"event_id": event["id"], "quantity": 2})
    payment = {"reference": "pi_1", **held["total"]}
    world.booking = await made(world, "ConfirmBooking", ANA, {"payment": payment}, booking_id=held["id"])
    world.pending = await made(world, "BookSeats", ANA, {"event_id": event["id"], "quantity": 1})
    await project(world.pool)
    world.position = await world.last_position()


@pytest.fixture(scope="session")
async def world(
    postgres: str, administrator: asyncpg.Connection, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """One for all these tests: they change nothing in it."""
    folder: Path = tmp_path_factory.mktemp("data")
    settings = load_settings(
        data_dir=folder, pool_max_connections=4, password_hash_threads=1, master_key=MASTER_TEXT
    )
    async with copied(administrator, template) as name:
        dsn = database_on(postgres, name)
        pool = await create_pool(
            dsn, role="seatledger_projections", application_name="tests", min_size=0, max_size=4
        )
        async with pool, application(Side.ALL, dsn, settings, registry=CollectorRegistry()) as app:
            await project(pool)
            async with app.router.lifespan_context(app) as state:
                transport = httpx.ASGITransport(with_state(app, dict(state or {})))
                async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                    world = World(client, pool, SignedTokens(), {}, {})
                    await trust(dsn)
                    await fill(world)
                    yield world
