"""A closed loop of visitors, each of whom goes by what they were told before."""

import asyncio
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Protocol

from typing_extensions import override

from cli.bench.load.closed_loop import cpu_seconds, outcome
from cli.bench.load.connection import Connection, Noted
from cli.bench.load.job import Job, Outcome


class Visitor(Protocol):
    """`ask` gives the next request, None when there is nothing more to ask. `told` gets its answer: status and body."""

    def ask(self) -> bytes | None: ...

    def told(self, status: int, body: bytes, latency_ms: float) -> None: ...


async def visit(job: Job, visitors: Sequence[Visitor]) -> Outcome:
    """Connect everybody, then let all ask at once, until `job.seconds` are over."""
    loop, deadline = asyncio.get_running_loop(), float("inf")
    noted = Noted(keep_bodies=False)

    def timed(visitor: Visitor) -> Callable[[], bytes | None]:
        return lambda: visitor.ask() if perf_counter() < deadline else None

    async def connect(visitor: Visitor) -> _Line:
        _, line = await loop.create_connection(
            lambda: _Line(timed(visitor), noted, visitor), job.host, job.port
        )
        return line

    lines = [await connect(visitor) for visitor in visitors]
    cpu_before, began = cpu_seconds(), perf_counter()
    deadline = began + job.seconds
    for line in lines:
        line.ask()
    await asyncio.gather(*(line.done for line in lines))
    return outcome(job, noted, began, cpu_seconds() - cpu_before)


class _Line(Connection):
    """A visitor's."""

    def __init__(self, ask: Callable[[], bytes | None], noted: Noted, visitor: Visitor) -> None:
        super().__init__(ask, noted)
        self._visitor = visitor

    @override
    def _note(self, answer: bytes, start: int) -> None:
        super()._note(answer, start)
        self._visitor.told(int(answer[9:12]), answer[start:], self._noted.latencies[-1] * 1000)
