"""What a process does besides serving: it runs the policies, and follows the log with projectors."""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context
from datetime import datetime
from typing import Any, cast

import asyncpg

from command_api.policies.run import Policies
from command_api.writing.writers import Writers
from projections.following.worker import run_all
from projections.projector import Projector
from runtime.notices import LOG_CHANNEL, Listener
from tests.simulation.driver import Pool
from tests.simulation.plan import Plan


class Beside:
    """For one life of a process. Everything is done in its `context`."""

    def __init__(
        self,
        plan: Plan,
        pool: Pool,
        writers: Writers,
        projectors: Sequence[Projector],
        *,
        now: Callable[[], datetime],
        context: Context,
    ) -> None:
        self._plan = plan
        # Only what the driver has of a pool is asked of it.
        self._pool = cast("asyncpg.Pool", pool)
        self._writers = writers
        self._projectors = projectors
        self._now = now
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._policies: asyncio.Task[None] | None = None
        self._worker: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._plan.policies:
            policies = Policies(self._pool, self._writers, Listener(self._pool, LOG_CHANNEL), self._now)
            self._policies = self._loop.create_task(policies.run(), context=self._context)
        if self._projectors:
            self._worker = self._loop.create_task(self._follow(), context=self._context)

    async def _follow(self) -> None:
        # None of these opens what is about people.
        no_keys: Any = None
        await run_all(self._pool, self._projectors, self._stop, self._plan.follow_max, no_keys, now=self._now)

    def cancel(self) -> None:
        """Wherever they are."""
        for task in (self._policies, self._worker):
            if task is not None:
                task.cancel()

    async def end(self, seconds: float) -> None:
        """Policies are cancelled; a worker ends after the batch in hand, if that does not take too long."""
        self._stop.set()
        if self._policies is not None:
            self._policies.cancel()
        if self._worker is not None:
            await asyncio.wait((self._worker,), timeout=seconds)
        self.cancel()
