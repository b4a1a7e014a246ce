"""The whole application as it is served, and one more hot route that does nothing: the floor of its reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from cli import application
from cli.bench.sides.side import Side
from runtime.http.access import SIGNED_IN
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.settings import Settings

NOTHING = "/api/v1/nothing"


@asynccontextmanager
async def serving(dsn: str, settings: Settings) -> AsyncIterator[ASGIApp]:
    """What `seatledger serve all` serves, and `NOTHING`: all layers and the token, but no database."""
    router = APIRouter()

    @hot_route(router, "GET", NOTHING, operation_id="Nothing", access=SIGNED_IN)
    async def nothing(request: Request) -> Response:
        return json_answer({"caller": request.state.caller.id})

    async with application.application(application.Side.ALL, dsn, settings, [router]) as app:
        yield app


READ_SIDE = Side("read-side", serving)
