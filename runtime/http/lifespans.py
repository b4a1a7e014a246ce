"""Several floors in one process: their lifespans entered in order, left in reverse."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, Any] | None]]
"""Starts what a floor needs and yields its state (a TypedDict): `request.state.<key>` in its handlers."""


def in_order(
    lifespans: Sequence[Lifespan],
) -> Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, Any]]]:
    """One lifespan out of several. Raises RuntimeError at start when two yield the same key."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        state: dict[str, Any] = {}
        async with AsyncExitStack() as stack:
            for one in lifespans:
                given = await stack.enter_async_context(one(app)) or {}
                if twice := state.keys() & given.keys():
                    raise RuntimeError(f"two lifespans yield {sorted(twice)}")
                state.update(given)
            yield state

    return lifespan
