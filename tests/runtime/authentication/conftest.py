"""Authentication over a real database, as processes of each role have it, with a clock that tests may set."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from runtime.authentication.authentication import Authentication, authentication
from runtime.authentication.authenticator import Authenticator
from runtime.database import create_pool
from runtime.identity import Caller, Role
from runtime.master_key import MasterKey
from runtime.problems import Problem
from runtime.settings import load_settings

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ANA = Caller("0190a6a4-0000-7000-8000-00000000000a", Role.CUSTOMER, "Ana", "ana@example.org")
BOB = Caller("0190a6a4-0000-7000-8000-00000000000b", Role.BOX_OFFICE, "Bob", "bob@example.org")
MASTER = MasterKey([b"m" * 32])


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


Process = Callable[..., AbstractAsyncContextManager[Authentication]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def pool_of(database: str, role: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(database, role=role, application_name="tests", min_size=0, max_size=4)
    async with made:
        yield made


@pytest.fixture
async def command_pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with pool_of(database, "seatledger_command") as pool:
        yield pool


@pytest.fixture
async def query_pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with pool_of(database, "seatledger_query") as pool:
        yield pool


@pytest.fixture
def process(database: str, clock: Clock) -> Process:
    """A process of the command side, or with `signs=False` of the query side."""

    @asynccontextmanager
    async def started(
        *, signs: bool = True, master: MasterKey = MASTER, **settings: Any
    ) -> AsyncIterator[Authentication]:
        role = "seatledger_command" if signs else "seatledger_query"
        async with (
            pool_of(database, role) as pool,
            authentication(pool, load_settings(**settings), master if signs else None, clock) as known,
        ):
            yield known

    return started


@pytest.fixture
async def command_side(process: Process) -> AsyncIterator[Authentication]:
    async with process() as known:
        yield known


@pytest.fixture
async def query_side(command_side: Authentication, process: Process) -> AsyncIterator[Authentication]:
    async with process(signs=False) as known:
        yield known


async def let_in(authenticator: Authenticator, token: str) -> Caller:
    return await authenticator.authenticate(f"Bearer {token}")


async def refused(authenticator: Authenticator, token: str) -> str:
    """The code of the 401 that `token` gets."""
    shown = f"Bearer {token}"
    assert authenticator.remembered(shown) is None
    with pytest.raises(Problem) as refusal:
        await authenticator.authenticate(shown)
    assert refusal.value.answer.status == 401
    assert refusal.value.answer.headers["WWW-Authenticate"].startswith("Bearer")
    return refusal.value.answer.code
