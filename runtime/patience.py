"""Waiting for a database no longer than somebody who asks has patience."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What `work` returns. Raises TimeoutError when it takes longer; then it is told to stop, and ends by itself.

    A driver that is cancelled waits for the server to agree, which one that has gone silent never does: so it is not
    waited for, as it would be within `asyncio.timeout`.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        _give_up(task)
        raise
    if not done:
        _give_up(task)
        raise TimeoutError(f"no answer within {seconds} seconds")
    return task.result()


def _give_up(task: "asyncio.Task[Any]") -> None:
    # Whatever it still raises is nobody's any more, and must not be reported as forgotten.
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    task.cancel()
