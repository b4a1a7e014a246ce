"""A log to write to, and a pool that acts as the projection worker."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from runtime.database import create_pool
from tests.projections.writing import LogWriter


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections with the rights of a projection worker and no others."""
    made = await create_pool(
        database, role="seatledger_projections", application_name="projections", min_size=0, max_size=10
    )
    async with made:
        yield made


@pytest.fixture
async def log(database: str) -> AsyncIterator[LogWriter]:
    made = await create_pool(
        database, role="seatledger_command", application_name="writer", min_size=0, max_size=4
    )
    async with made:
        yield LogWriter(made)
