"""The whole application as it is served, and one more hot route that does nothing: the floor of its reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from cli import application
from cli.bench.sides.side import Side
from cli.secrets import token_secret
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.settings import Settings
from runtime.tokens import Tokens

NOTHING = "/api/v1/nothing"


@asynccontextmanager
async def serving(dsn: str, settings: Settings) -> AsyncIterator[ASGIApp]:
    """What `seatledger serve all` serves, and `NOTHING`: all layers and the token, but no database."""
    tokens = Tokens(token_secret(settings), settings.access_token_seconds)
    router = APIRouter()

    @hot_route(router, "GET", NOTHING, operation_id="Nothing")
    async def nothing(request: Request) -> Response:
        caller = tokens.caller_from_header(request.headers.get("authorization"))
        return json_answer({"caller": caller.id})

    async with application.application(application.Side.ALL, dsn, settings, [router]) as app:
        yield app


READ_SIDE = Side("read-side", serving)
