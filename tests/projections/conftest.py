"""A log to write to, and a pool that acts as the projection worker."""

from collections.abc import AsyncIterator, Awaitable, Callable

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


BACK_TO = """WITH gone AS (DELETE FROM eventstore.events WHERE log_id = 1 AND position > $1 RETURNING stream),
                  heads AS (DELETE FROM eventstore.streams WHERE log_id = 1 AND stream IN (SELECT stream FROM gone))
             UPDATE eventstore.log SET last_position = $1 WHERE log_id = 1"""

GoBack = Callable[[int], Awaitable[None]]


@pytest.fixture
def go_back(database: str) -> GoBack:
    """Take the log, and nothing but the log, back to a position."""

    async def back(position: int) -> None:
        owner = await asyncpg.connect(database)
        await owner.execute(BACK_TO, position)
        await owner.close()

    return back
