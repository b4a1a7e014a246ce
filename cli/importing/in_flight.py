"""Do many things at once, but not too many."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def each(things: Iterable[T], do: Callable[[T], Awaitable[None]], at_once: int) -> None:
    """`do` every thing, started in order, `at_once` of them under way. The first that fails ends the others."""
    waiting = iter(things)

    async def work() -> None:
        for thing in waiting:
            await do(thing)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(work())
