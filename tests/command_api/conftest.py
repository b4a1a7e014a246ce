"""The command side on a real Postgres, shared by the tests of the API: each makes the venues and events it needs."""

import os
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from command_api.app import ROLE
from eventstore.postgres.store import PostgresStore
from runtime.database import create_pool
from tests.command_api.served import Served, served
from tests.command_api.shop import Shop
from tests.conftest import database_on


@pytest.fixture(scope="session")
async def command_pool(
    postgres: str, administrator: asyncpg.Connection, template: str
) -> AsyncIterator[asyncpg.Pool]:
    """Connections with the command side's own role and rights."""
    name = f"command_{os.getpid()}"
    await administrator.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    pool = await create_pool(
        database_on(postgres, name), role=ROLE, application_name="tests", min_size=1, max_size=8
    )
    yield pool
    await pool.close()
    await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
async def command_side(command_pool: asyncpg.Pool) -> AsyncIterator[Served]:
    async with served(command_pool) as running:
        yield running


@pytest.fixture(scope="session")
async def client(command_side: Served) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(command_side.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as connected:
        yield connected


@pytest.fixture
def shop(command_side: Served, client: httpx.AsyncClient) -> Shop:
    return Shop(command_side, client)


@pytest.fixture(scope="session")
def log(command_pool: asyncpg.Pool) -> PostgresStore:
    return PostgresStore(command_pool)
