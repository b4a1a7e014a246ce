"""Our application with two hot routes that do nothing: one for everybody, one for whoever shows a token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from cli.authentication import callers
from cli.bench.sides.side import Side
from runtime.http.access import PUBLIC, SIGNED_IN
from runtime.http.application import create_application
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.settings import Settings

OPEN, GUARDED = "/api/v1/open", "/api/v1/guarded"


@asynccontextmanager
async def serving(dsn: str, settings: Settings) -> AsyncIterator[ASGIApp]:
    """All layers, and authentication as every process has it."""
    router = APIRouter()

    @hot_route(router, "GET", OPEN, operation_id="Open", access=PUBLIC)
    async def open_door(_request: Request) -> Response:
        return json_answer({"status": "ok"})

    @hot_route(router, "GET", GUARDED, operation_id="Guarded", access=SIGNED_IN)
    async def guarded_door(_request: Request) -> Response:
        return json_answer({"status": "ok"})

    async with callers(dsn, settings, signs=False) as known:
        yield create_application(
            title="two-doors",
            version="0",
            routers=[router],
            settings=settings,
            authenticator=known.authenticator,
        )


TWO_DOORS = Side("two-doors", serving)
