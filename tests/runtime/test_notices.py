"""Who listens hears what is told, and knows when nobody listens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from runtime.database import create_pool
from runtime.notices import Listener, Notifier

CHANNEL = "seatledger_tests"


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(database, role=None, application_name="tests", min_size=0, max_size=2)
    yield made
    made.terminate()


async def test_what_is_told_wakes_whoever_waits(pool: asyncpg.Pool) -> None:
    listener, notifier = Listener(pool, CHANNEL, poll_seconds=60), Notifier(pool, CHANNEL)
    # The first wait ends with listening: what came before is unknown.
    await listener.wait()
    listener.arm()
    waiting = asyncio.create_task(listener.wait())
    notifier.poke()
    async with asyncio.timeout(60):
        await waiting
    await notifier.close()
    await listener.close()


async def test_one_that_was_given_up_before_it_listened_is_not_kept(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = asyncio.Event()

    async def never(*_: object) -> None:
        began.set()
        await asyncio.Event().wait()

    listener, notifier = Listener(pool, CHANNEL, poll_seconds=60), Notifier(pool, CHANNEL)
    with monkeypatch.context() as patched:
        patched.setattr(asyncpg.Connection, "add_listener", never)
        impatient = asyncio.create_task(listener.wait())
        await began.wait()
        impatient.cancel()
        with suppress(asyncio.CancelledError):
            await impatient
    await listener.wait()
    listener.arm()
    waiting = asyncio.create_task(listener.wait())
    notifier.poke()
    async with asyncio.timeout(60):
        await waiting
    await notifier.close()
    await listener.close()
