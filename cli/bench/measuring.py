"""One measurement: a fresh sale on one side, its load, what it cost, and whether what was said is so."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import NamedTuple, Self
from urllib.parse import urlsplit

import orjson

from cli.bench.cpu import machine_cpu
from cli.bench.load.generating import generate
from cli.bench.load.job import Ask, Job, Outcome
from cli.bench.server_process import Server
from cli.bench.sides.side import PATH, Checked
from cli.bench.stage import Stage
from cli.stopped import Stopped
from runtime.ids import new_id

Generator = Callable[[Job], Awaitable[Outcome]]
"""Whatever carries out a job in a process of its own."""


@dataclass(frozen=True)
class Cpu:
    """CPU seconds that one measurement took of each; None where it cannot be known.

    `others` are programs that are not part of it, in cores kept busy: near 0 on a machine that is fit to measure on.
    """

    server: float | None
    postgres: float | None
    client: float
    others: float | None


@dataclass(frozen=True)
class Measured:
    """One round of one side."""

    load: Outcome
    cpu: Cpu
    checked: Checked | None


@dataclass(frozen=True)
class Sale:
    """What is measured: `connections` clients who each book `quantity` places of one event at a time."""

    connections: int
    seconds: float
    capacity: int
    quantity: int = 1
    expected: tuple[str, ...] = ("200", "201")
    """The statuses that an answer may have."""


async def measure(stage: Stage, server: Server, sale: Sale, tokens: Sequence[str]) -> Measured:
    """Open the sale, load it, check it. Raises `Stopped` when an answer was not the expected one or a check fails."""
    event_id = await server.side.on_sale(stage, server.url, new_id(), sale.capacity)
    await stage.clean()
    body = orjson.dumps({"event_id": event_id, "quantity": sale.quantity}).decode()
    asks = [Ask(PATH, token, body) for token in tokens]
    job = job_for(server, asks, sale.connections, sale.seconds)
    load, cpu = await loaded(stage, server, job, sale.expected)
    checked = await server.side.check(stage, event_id, load.ids)
    if checked is not None and not checked.is_sound:
        raise Stopped(f"{server.side.name} did not keep what it said: {checked}")
    return Measured(load, cpu, checked)


def job_for(server: Server, asks: list[Ask], connections: int, seconds: float) -> Job:
    """These requests to this server."""
    address = urlsplit(server.url)
    return Job(address.hostname or "", address.port or 0, asks, connections, seconds, keyed=server.side.keyed)


async def loaded(
    stage: Stage, server: Server, job: Job, expected: Sequence[str], by: Generator = generate
) -> tuple[Outcome, Cpu]:
    """Carry out a job. Raises `Stopped` when a status is not among those expected."""
    before = _Clocks.read(stage, server)
    load = await by(job)
    cpu = before.until(_Clocks.read(stage, server), load.cpu_seconds)
    if load.statuses.keys() - set(expected) or not load.requests:
        raise Stopped(f"{server.side.name} answered {load.statuses}: {load.failure}")
    return load, cpu


class _Clocks(NamedTuple):
    """CPU seconds so far, and the time."""

    server: float | None
    postgres: float | None
    machine: float | None
    bench: float
    now: float

    @classmethod
    def read(cls, stage: Stage, server: Server) -> Self:
        return cls(server.cpu(), stage.postgres_cpu(), machine_cpu(), process_time(), perf_counter())

    def until(self, after: Self, client: float) -> Cpu:
        server, postgres = _since(self.server, after.server), _since(self.postgres, after.postgres)
        machine = _since(self.machine, after.machine)
        if server is None or postgres is None or machine is None:
            return Cpu(server, postgres, client, None)
        ours = server + postgres + client + after.bench - self.bench
        return Cpu(server, postgres, client, max(0.0, machine - ours) / (after.now - self.now))


def _since(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
