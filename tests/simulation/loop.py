"""An event loop without a clock, a thread or a socket: one seed, one order of everything.

What is ready to run is run in an order drawn by the seed, and when nothing is ready the clock jumps to the next timer.
Whatever belongs to a process that was killed is never run again, not even its `finally`.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context, ContextVar
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")


class Life:
    """One life of a simulated process, from its start to its end."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ended = False


LIFE: ContextVar[Life | None] = ContextVar("LIFE", default=None)
"""Whose code is running; None for clients, the database and the judge, whom nobody kills."""


class Stuck(AssertionError):
    """Nothing is left that could happen, and somebody still waits: in production a request that hangs."""


class Endless(AssertionError):
    """The schedule does not come to an end."""


class SimulatedLoop(asyncio.AbstractEventLoop):
    """With `chance` ready work is run in any order, as if every step took its own time; without, in the order asked
    for, as asyncio promises. `steps_max` bounds a schedule.
    """

    def __init__(self, chance: Random | None, steps_max: int) -> None:
        self.errors: list[dict[str, Any]] = []
        self.steps = 0
        self.tasks: list[tuple[asyncio.Task[Any], Life | None]] = []
        self._chance = chance
        self._steps_max = steps_max
        self._clock = 0.0
        self._ready: list[tuple[asyncio.Handle, Life | None]] = []
        self._timers: list[tuple[float, int, asyncio.TimerHandle, Life | None]] = []
        self._numbers = count()

    def time(self) -> float:
        return self._clock

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append((handle, _owner(context)))
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._clock + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._timers, (when, next(self._numbers), timer, _owner(context)))
        return timer

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(  # type: ignore[override]
        self, coro: Coroutine[Any, Any, T], *, name: str | None = None, context: Context | None = None
    ) -> "asyncio.Task[T]":
        task = asyncio.Task(coro, loop=self, name=name, context=context)
        # Kept: what is left of a killed process must not be closed while the others live, its `finally` would run.
        self.tasks.append((task, _owner(context)))
        return task

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.errors.append(context)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It is passed over when its time comes."""

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """What `main` returns. Raises `Stuck`, `Endless`, and whatever `main` raises."""
        asyncio._set_running_loop(self)
        try:
            task = self.create_task(main)
            while not task.done():
                self._step()
            return task.result()
        finally:
            asyncio._set_running_loop(None)
            self._bury()

    def pending(self) -> "list[asyncio.Task[Any]]":
        """The tasks of the living that have not ended, the one that asks left out."""
        me = asyncio.current_task()
        return [
            task
            for task, life in self.tasks
            if task is not me and not task.done() and not (life is not None and life.ended)
        ]

    def _bury(self) -> None:
        """What was cut short in the middle is let go of, when nobody can be disturbed by its `finally` any more."""
        for task, _ in self.tasks:
            if not task.done():
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                with suppress(BaseException):
                    task.get_coro().close()

    def _step(self) -> None:
        if not self._ready or (self._timers and self._timers[0][0] <= self._clock):
            self._let_time_pass()
        handle, life = self._ready.pop(self._which())
        if not (handle.cancelled() or (life is not None and life.ended)):
            handle._run()
        self.steps += 1
        if self.steps > self._steps_max:
            raise Endless(f"after {self.steps} steps")

    def _which(self) -> int:
        return self._chance.randrange(len(self._ready)) if self._chance is not None else 0

    def _let_time_pass(self) -> None:
        while not self._ready:
            if not self._timers:
                raise Stuck(f"at {self._clock:.3f} s")
            self._clock = max(self._clock, self._timers[0][0])
            while self._timers and self._timers[0][0] <= self._clock:
                _, _, timer, life = heappop(self._timers)
                if not (timer.cancelled() or (life is not None and life.ended)):
                    self._ready.append((timer, life))


def _owner(context: Context | None) -> Life | None:
    return LIFE.get() if context is None else context.get(LIFE)
