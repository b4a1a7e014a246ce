"""A database of its own for each test: policies follow a whole log."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from command_api.app import ROLE
from runtime.database import create_pool
from tests.command_api.policies.house import House, house


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(database, role=ROLE, application_name="policies", min_size=1, max_size=8)
    yield made
    await made.close()


@pytest.fixture
async def own(pool: asyncpg.Pool) -> AsyncIterator[House]:
    async with house(pool) as made:
        yield made
