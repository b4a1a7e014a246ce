"""Tests in which waiting takes no time and waiting for ever is an error.

The loop's clock stands still while anything can be done and jumps to the next timer when nothing can. So a test may
wait for ten-second deadlines, thousands of times, and runs the same way each time.
"""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")


class Deadlock(AssertionError):
    """Everybody waits for somebody else: in production this would be a request that hangs."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop that does not sleep."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = 0.0

    def time(self) -> float:
        return self._clock

    def _run_once(self) -> None:
        if not self._ready:  # type: ignore[attr-defined]
            if not self._scheduled:  # type: ignore[attr-defined]
                raise Deadlock("nothing is left that could happen, and somebody still waits")
            self._clock = max(self._clock, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Turn an asynchronous test into an ordinary one that runs on a loop of its own."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
