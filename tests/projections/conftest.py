"""A log to write to, and a pool that acts as the projection worker."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from runtime.database import create_pool
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import People
from tests.projections.people import MASTER
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


@pytest.fixture
async def people(database: str) -> AsyncIterator[People]:
    """Who makes and destroys keys."""
    made = await create_pool(
        database, role="seatledger_command", application_name="people", min_size=0, max_size=4
    )
    async with made:
        people = People(made, Keyring(made, MASTER), MASTER)
        await people.prepare()
        yield people
