"""The floor of our application: a hot route with the same body and token, all layers around it, and no decision."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from cli.authentication import callers
from cli.bench.sides.side import PATH, Side
from command_api.bodies.booking import BookingBody
from command_api.roles import BOOKERS
from runtime.http.application import create_application
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.json_body import json_body
from runtime.settings import Settings

BODY = TypeAdapter(BookingBody)


@asynccontextmanager
async def serving(dsn: str, settings: Settings) -> AsyncIterator[ASGIApp]:
    """Envelope, metrics, access log, limits, route table, token and body check; no database but for the key."""
    router = APIRouter()

    @hot_route(router, "POST", PATH, operation_id="Nothing", access=BOOKERS, body=BookingBody)
    async def nothing(request: Request) -> Response:
        body = await json_body(request, BODY)
        return json_answer({"event_id": body.event_id, "quantity": body.quantity})

    async with callers(dsn, settings, signs=False) as known:
        yield create_application(
            title="noop-route",
            version="0",
            routers=[router],
            settings=settings,
            authenticator=known.authenticator,
        )


NOOP_ROUTE = Side("noop-route", serving)
