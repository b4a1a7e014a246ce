"""What a server process tells on /metrics of processes that have no port."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import FastAPI

from runtime.http.lifespans import Lifespan

LOOK_SECONDS = 2.0


def told_again(tell: Callable[[], Awaitable[None]]) -> Lifespan:
    """Call `tell`, which looks and sets gauges, every few seconds. Where it fails, they stay what they were."""

    async def follow() -> None:
        while True:
            with suppress(Exception):
                await tell()
            await asyncio.sleep(LOOK_SECONDS)

    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[None]:
        following = asyncio.create_task(follow())
        try:
            yield None
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    def lifespan(app: FastAPI) -> AbstractAsyncContextManager[None]:
        return run(app)

    return lifespan
