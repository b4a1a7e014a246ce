"""People in a real database."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from runtime.database import create_pool
from runtime.master_key import MasterKey
from runtime.privacy.keyring import Keyring
from runtime.privacy.people import People

MASTER = MasterKey([bytes(range(32))])


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(
        database, role="seatledger_command", application_name="privacy tests", min_size=1, max_size=8
    )
    yield made
    await made.close()


@pytest.fixture
async def keyring(pool: asyncpg.Pool) -> Keyring:
    return Keyring(pool, MASTER)


@pytest.fixture
async def people(pool: asyncpg.Pool, keyring: Keyring) -> People:
    made = People(pool, keyring, MASTER)
    await made.prepare()
    return made
