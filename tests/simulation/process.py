"""A process that serves commands, is killed at any moment and comes back knowing nothing."""

import asyncio
from collections.abc import Sequence
from contextvars import Context, copy_context
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, cast

import asyncpg
from prometheus_client import CollectorRegistry

from command_api.writing.aggregate import Aggregate
from command_api.writing.answer import Reply
from command_api.writing.observed import WriteMetrics
from command_api.writing.pending import Pending
from command_api.writing.writers import Writers
from projections.projector import Projector
from runtime.notices import LOG_CHANNEL, Notifier
from tests.simulation.beside import Beside
from tests.simulation.driver import Pool, Server
from tests.simulation.judging.bounds import check_bounds
from tests.simulation.line import NOTICED_SECONDS_MAX, Line
from tests.simulation.loop import LIFE, Life
from tests.simulation.plan import Plan

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLOSE_SECONDS_MAX = 5.0


class ConnectionCut(Exception):
    """The process died, or is not there: a client cannot know what became of its command."""


class Process:
    """One place in which one life follows another. Each serves commands and runs the policies."""

    def __init__(
        self,
        name: str,
        line: Line,
        server: Server,
        plan: Plan,
        chance: Random,
        *,
        projectors: Sequence[Projector],
    ) -> None:
        self.name = name
        self.line = line
        self.writers: Writers | None = None
        self._server = server
        self._plan = plan
        self._chance = chance
        self._projectors = projectors
        self._skew = timedelta(seconds=chance.uniform(-plan.skew_seconds, plan.skew_seconds))
        self._is_calm = False
        self._loop = asyncio.get_running_loop()
        self._lives = count(1)
        self._life = Life("")
        self._context: Context = copy_context()
        self._outside: Context = copy_context()
        self._beside: Beside | None = None
        self._pool: Pool | None = None
        self._wires: dict[int, asyncio.Future[Reply]] = {}
        self._numbers = count()

    def now(self) -> datetime:
        """By this process's own clock."""
        return NOON + timedelta(seconds=self._loop.time()) + self._skew

    @property
    def is_up(self) -> bool:
        return self.writers is not None

    def start(self) -> None:
        self._life = Life(f"{self.name}.{next(self._lives)}")
        self._context = copy_context()
        self._context.run(LIFE.set, self._life)
        self._context.run(self._begin)

    def _begin(self) -> None:
        self._pool = pool = Pool(self.name, self._life, self._server, self._plan, self._chance)
        if self._is_calm:
            pool.calm()
        # Only what the driver has of a pool is asked of it.
        notifier = Notifier(cast("asyncpg.Pool", pool), LOG_CHANNEL)
        self.line.looks_on = self._check_bounds
        metrics = WriteMetrics(CollectorRegistry())
        self.writers = Writers(self.line, self.now, metrics, self._plan.limits, notifier.poke)
        self._beside = Beside(
            self._plan, pool, self.writers, self._projectors, now=self.now, context=self._context
        )
        self._beside.start()

    def interrupt(self) -> None:
        """Cancel policies and worker wherever they are, and begin anew."""
        if self._beside is not None:
            self._beside.cancel()
            self._beside.start()

    def calm(self) -> None:
        self._is_calm = True
        self.line.calm()
        if self._pool is not None:
            self._pool.calm()

    def _check_bounds(self) -> None:
        if self.writers is not None:
            check_bounds(self.writers, self._plan.limits)

    def kill(self) -> None:
        """As by the kernel: nothing of it runs again, and who waits for an answer sees the connection go."""
        self._life.ended = True
        self.writers = None
        self._beside = None
        if self._pool is not None:
            # The server finds out some time later, and rolls back then.
            delay = self._chance.choice((0.0, self._chance.uniform(0, NOTICED_SECONDS_MAX)))
            self._loop.call_later(delay, self._pool.drop, context=self._outside)
            self.line.end_turns(delay)
        wires, self._wires = self._wires, {}
        for wire in wires.values():
            if not wire.done():
                wire.set_exception(ConnectionCut())

    async def end(self) -> None:
        """As by SIGTERM: no new commands, time for those that are there, then gone."""
        if self.writers is not None:
            closing = self._loop.create_task(self.writers.close(), context=self._context)
            try:
                if self._beside is not None:
                    await self._beside.end(CLOSE_SECONDS_MAX)
                await asyncio.wait((closing,), timeout=CLOSE_SECONDS_MAX)
            finally:
                self.kill()

    async def ask(self, aggregate: Aggregate[Any], id: str, pending: Pending, *, creates: bool) -> Reply:
        """The answer as the client gets it. A client that goes away takes its request with it.

        Raises what the write path says, and `ConnectionCut`.
        """
        writers = self.writers
        if writers is None:
            raise ConnectionCut

        async def serve() -> Reply:
            return await writers.carry_out(aggregate, id, pending, creates=creates)

        served = self._loop.create_task(serve(), context=self._context)
        number, wire = next(self._numbers), self._loop.create_future()
        self._wires[number] = wire

        def answered(done: "asyncio.Task[Reply]") -> None:
            self._wires.pop(number, None)
            if wire.done():
                done.cancelled() or done.exception()
            elif done.cancelled():
                wire.cancel()
            elif (error := done.exception()) is not None:
                wire.set_exception(error)
            else:
                wire.set_result(done.result())

        served.add_done_callback(answered)
        try:
            return await wire  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            served.cancel()
            raise
