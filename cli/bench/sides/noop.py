"""The floor of the stack: a bare ASGI application that reads the body, verifies the token and says that it did."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from cli.authentication import callers
from cli.bench.sides.side import Side
from runtime.authentication.authenticator import Authenticator
from runtime.settings import Settings

ANSWER = b'{"status":"ok"}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))]


@asynccontextmanager
async def serving(dsn: str, settings: Settings) -> AsyncIterator[ASGIApp]:
    """Same server, same verified and remembered tokens, no framework and no database but for the key."""
    async with callers(dsn, settings, signs=False) as known:
        yield noop_for(known.authenticator)


def noop_for(tokens: Authenticator) -> ASGIApp:
    """The application itself."""

    async def noop(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        more = True
        while more:
            more = (await receive()).get("more_body", False)
        for name, value in scope["headers"]:
            if name == b"authorization":
                shown = value.decode("latin-1")
                tokens.remembered(shown) or await tokens.authenticate(shown)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": ANSWER})

    return noop


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


NOOP = Side("noop", serving)
