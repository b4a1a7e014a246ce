"""The same booking over ordinary tables, on the same stack: our application, a pool, the same body and token.

What differs between the classics is only how they take places: a `Book` in a transaction of its own.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

import asyncpg
from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from cli.authentication import callers
from cli.bench.sides.side import PATH, Serving
from command_api.app import ROLE
from command_api.bodies.booking import BookingBody
from command_api.roles import BOOKERS
from runtime.database import create_pool
from runtime.http.application import create_application
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.json_body import json_body
from runtime.identity import Caller
from runtime.ids import new_code, new_id, utc_now
from runtime.problems import Problem
from runtime.settings import Settings

BODY = TypeAdapter(BookingBody)


class Booking(NamedTuple):
    """What is asked for; the database says what it costs."""

    id: str
    event_id: str
    customer_id: str
    code: str
    quantity: int
    created_at: datetime


class SoldOut(Exception):
    """Fewer places are left than are wanted."""


class SeatsTaken(Exception):
    """Somebody else has one of these seats."""


Book = Callable[["asyncpg.Pool", Booking, tuple[str, ...]], Awaitable[int]]
"""Sells the places, or the seats that are named, and keeps the booking, durably; the total price in minor units.

Raises `SoldOut` or `SeatsTaken`.
"""


def classic(book: Book) -> Serving:
    """An application that books by `book`."""

    @asynccontextmanager
    async def serving(dsn: str, settings: Settings) -> AsyncIterator[ASGIApp]:
        pool = await create_pool(
            dsn,
            role=ROLE,
            application_name="seatledger bench",
            min_size=settings.pool_max_connections,
            max_size=settings.pool_max_connections,
        )
        router = APIRouter()

        @hot_route(
            router, "POST", PATH, operation_id="Book", access=BOOKERS, body=BookingBody, status_code=201
        )
        async def book_places(request: Request) -> Response:
            caller: Caller = request.state.caller
            body = await json_body(request, BODY)
            wanted = body.wanted()
            quantity = sum(item.quantity for item in wanted)
            seats = tuple(seat for item in wanted for seat in item.seats)
            booking = Booking(new_id(), body.event_id, caller.id, new_code(), quantity, utc_now())
            try:
                total = await book(pool, booking, seats)
            except SoldOut:
                raise Problem.of(409, "sold-out", "There are not that many places left") from None
            except SeatsTaken:
                raise Problem.of(409, "seats-not-available", "Some of these seats are taken") from None
            return json_answer({**booking._asdict(), "status": "confirmed", "total": total}, 201)

        try:
            async with callers(dsn, settings, signs=False) as known:
                yield create_application(
                    title="classic",
                    version="0",
                    routers=[router],
                    settings=settings,
                    authenticator=known.authenticator,
                )
        finally:
            await pool.close()

    return serving
