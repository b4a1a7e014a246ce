"""Somebody books something all the time, so that the log and every position that an answer names keep moving."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx

from cli.bench.reading.house import House
from cli.bench.sides.ours import on_sale
from cli.bench.sides.side import PATH
from cli.stopped import Stopped

PER_SECOND = 20
CAPACITY = 200_000


@asynccontextmanager
async def trickle(house: House) -> AsyncIterator[None]:
    """Bookings of an event of its own, for as long as the context lasts. Raises `Stopped` when one failed."""
    event_id = await on_sale(house.stage, house.server.url, "", CAPACITY)
    (token,) = house.stage.tokens(1)
    booking = asyncio.create_task(_book(house.client, event_id, token))
    try:
        yield
        if booking.done():
            await booking
    finally:
        booking.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await booking


async def _book(client: httpx.AsyncClient, event_id: str, token: str) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        answer = await client.post(
            PATH, json={"event_id": event_id, "quantity": 1}, headers={"Authorization": f"Bearer {token}"}
        )
        if answer.status_code != 201:
            raise Stopped(f"a booking meanwhile answered {answer.status_code}: {answer.text[:500]}")
        due += 1 / PER_SECOND
        await asyncio.sleep(max(0.0, due - loop.time()))
