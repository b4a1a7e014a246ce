"""A house in which what is answered can be written down, and asked for once more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import httpx
import pytest

import audit_api.app
import query_api.app
from audit_api.lifespan_state import AuditServices
from domain.person.facts import PersonErased
from runtime.database import create_pool
from runtime.http.application import create_application
from runtime.privacy.keyring import Keyring
from runtime.privacy.person_key import PersonKey
from runtime.settings import load_settings
from tests.projections.conftest import log, pool
from tests.projections.people import KEYS, MASTER
from tests.projections.projecting import project
from tests.projections.writing import NOON, LogWriter
from tests.query_api.conftest import KNOWN, bearer, query_pool, template, with_state

# The same fixtures serve these tests.
__all__ = ["log", "pool", "query_pool", "template"]


@dataclass
class Desk:
    """Query side and audit floor over one database. `now` is what both take for the time."""

    client: httpx.AsyncClient
    log: LogWriter
    pool: asyncpg.Pool
    query_pool: asyncpg.Pool
    keyrings: list[Keyring]
    audit: AuditServices
    now: datetime = NOON
    position: int = 0

    async def happened(self, stream: str, fact: Any, at: datetime) -> None:
        """It was recorded then."""
        self.position, self.now = await self.log.append(stream, fact, at=at), at

    async def project(self) -> None:
        await project(self.pool)

    async def erase(self, key: PersonKey) -> None:
        """What was encrypted with it cannot be read any more."""
        await self.happened(f"person-{key.person_id}", PersonErased(key.person_id, self.now), self.now)
        for keyring in self.keyrings:
            keyring.forget(key.person_id)

    async def ask(self, path: str, **asked: object) -> Any:
        """The answer's body; None where there is nothing like that."""
        params = {name: str(value) for name, value in asked.items()}
        headers = {"Seatledger-Min-Position": str(self.position)} | bearer("auditor")
        answer = await self.client.get(f"/api/v1{path}", params=params or None, headers=headers)
        assert answer.status_code in (200, 404), answer.text
        return answer.json() if answer.status_code == 200 else None


@pytest.fixture
async def desk(
    database: str, pool: asyncpg.Pool, log: LogWriter, query_pool: asyncpg.Pool
) -> AsyncIterator[Desk]:
    made: list[Desk] = []
    role = audit_api.app.ROLE
    audit_pool = await create_pool(database, role=role, application_name="audit", min_size=0, max_size=4)
    settings = load_settings(min_position_wait_seconds=10.0)

    def now() -> datetime:
        return made[0].now if made else NOON

    async with audit_pool:
        app = create_application(
            title="Desk",
            version="0",
            routers=(*query_api.app.ROUTERS, *audit_api.app.ROUTERS),
            settings=settings,
            authenticator=KNOWN,
            lifespans=[
                query_api.app.lifespan(query_pool, settings, MASTER, now),
                audit_api.app.lifespan(audit_pool, MASTER, now),
            ],
        )
        async with app.router.lifespan_context(app) as state:
            known = dict(state or {})
            keyrings = [known["query"].keyring, known["audit"].keyring]
            for keyring in keyrings:
                for key in KEYS.values():
                    keyring.remember(key)
            transport = httpx.ASGITransport(with_state(app, known))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                made.append(Desk(client, log, pool, query_pool, keyrings, known["audit"]))
                yield made[0]
