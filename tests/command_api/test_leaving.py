"""A client that hangs up while its command waits is dropped before it is decided."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import asyncpg.transaction
import orjson
import pytest
from starlette.types import Receive, Scope, Send

from eventstore.postgres.store import PostgresStore
from runtime.serving import bind, serve
from tests.command_api.people import ANA
from tests.command_api.requests import book_call, event
from tests.command_api.served import Served
from tests.command_api.shop import Shop
from tests.conftest import database_on
from tests.eventstore.waiting import until

DEADLINE_SECONDS = 15.0
HOLD_THE_LOG = "UPDATE eventstore.log SET last_position = last_position"


@asynccontextmanager
async def listening(app: Served) -> AsyncIterator[int]:
    """Served over real sockets; the port."""
    listener, stop = bind("127.0.0.1", 0), asyncio.Event()
    port: int = listener.getsockname()[1]
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def started(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await app(scope, receive, send)
            return
        for done in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
            await receive()
            await send({"type": done})

    serving = asyncio.create_task(
        serve(
            started,
            "127.0.0.1",
            port,
            grace_seconds=1,
            on_ready=ready.set_result,
            listener=listener,
            stop=stop,
        )
    )
    await ready
    try:
        yield port
    finally:
        stop.set()
        await serving


@asynccontextmanager
async def held_log(postgres: str) -> AsyncIterator[asyncpg.transaction.Transaction]:
    """Until the transaction ends nothing can be appended."""
    holder = await asyncpg.connect(database_on(postgres, f"command_{os.getpid()}"))
    held = holder.transaction()
    await held.start()
    await holder.execute(HOLD_THE_LOG)
    try:
        yield held
    finally:
        await holder.close()


async def connected(port: int) -> asyncio.StreamWriter:
    return (await asyncio.open_connection("127.0.0.1", port))[1]


async def becomes_true(is_true: Callable[[], bool]) -> None:
    async def asked() -> bool:
        return is_true()

    await until(asked, "what the server has to notice")


@pytest.mark.usefixtures("own_logging")
async def test_a_command_whose_client_has_gone_is_not_decided(
    postgres: str, shop: Shop, command_side: Served, log: PostgresStore
) -> None:
    show = await event(shop)
    stream, writers = f"show-{show['id']}", command_side.services.writers._writers
    token, call = command_side.tokens.issue(ANA), book_call(show, quantity=1)
    body = orjson.dumps(call.json)
    head = (
        "POST /api/v1/bookings HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
    async with listening(command_side) as port, held_log(postgres) as held:
        stays, leaves = await asyncio.open_connection("127.0.0.1", port), await connected(port)
        stays[1].write(head + body)
        await becomes_true(lambda: stream in writers and writers[stream].busy and not writers[stream].queue)
        leaves.write(head + body)
        await becomes_true(lambda: len(writers[stream].queue) == 1)
        waiting = writers[stream].queue[0]
        leaves.close()
        await becomes_true(waiting.future.cancelled)
        await held.rollback()
        async with asyncio.timeout(DEADLINE_SECONDS):
            assert (await stays[0].readline()).startswith(b"HTTP/1.1 201")
        stays[1].close()
    await shop.done(call)
    facts = [fact.name for fact in await log.read_stream(stream)]
    assert [name for name in facts if name.startswith("Seats")] == ["SeatsBooked", "SeatsBooked"]
