"""A closed loop: a fixed number of clients, each with one request under way."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from math import ceil
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import orjson

from cli.bench.load.connection import Connection, Noted
from cli.bench.load.job import Ask, Job, Outcome
from runtime.ids import new_secret

GET = "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"

POST = (
    "POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n"
)


async def closed_loop(job: Job) -> Outcome:
    """Connect everybody, then let all ask at once."""
    loop, deadline = asyncio.get_running_loop(), float("inf")
    noted = Noted(keep_bodies=any(ask.body is not None for ask in job.asks))
    made = [parts(job, ask) for ask in job.asks]

    def asking(number: int) -> Callable[[], bytes | None]:
        following = requests(job, made, number)
        return lambda: following() if perf_counter() < deadline else None

    async def connect(number: int) -> Connection:
        ask = asking(number)
        _, connection = await loop.create_connection(lambda: Connection(ask, noted), job.host, job.port)
        return connection

    connections = [await connect(number) for number in range(job.connections)]
    cpu_before = cpu_seconds()
    began = perf_counter()
    deadline = began + job.seconds
    for connection in connections:
        connection.ask()
    await asyncio.gather(*(connection.done for connection in connections))
    return outcome(job, noted, began, cpu_seconds() - cpu_before)


def parts(job: Job, ask: Ask) -> tuple[bytes, bytes]:
    """A request's head without the empty line that ends it, and its body: made beforehand, used many times."""
    body = (ask.body or "").encode()
    form = GET if ask.body is None else POST
    head = form.format(path=ask.path, host=job.host, port=job.port, length=len(body))
    shown = f"Authorization: Bearer {ask.token}\r\n" if ask.token else ""
    return f"{head}{shown}".encode(), body


def requests(job: Job, made: Sequence[tuple[bytes, bytes]], number: int) -> Callable[[], bytes]:
    """The requests of connection `number`."""
    places = count(number, job.connections)
    if not job.keyed:
        whole = [b"%b\r\n%b" % each for each in made]
        return lambda: whole[next(places) % len(whole)]
    prefix = f"{new_secret(9)}-"

    def keyed() -> bytes:
        place = next(places)
        head, body = made[place % len(made)]
        return b"%bIdempotency-Key: %b%d\r\n\r\n%b" % (head, prefix.encode(), place, body)

    return keyed


def cpu_seconds() -> float:
    """This process's, so far."""
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def outcome(job: Job, noted: Noted, began: float, cpu: float) -> Outcome:
    """Only answers within the time count for rate and latencies: stragglers have the server to themselves.

    Where nothing was that quick, all count, over the time that they took.
    """
    seconds = job.seconds
    within = _latencies(noted, began + seconds)
    if not within and noted.arrived:
        seconds = max(noted.arrived) - began
        within = _latencies(noted, began + seconds)
    return Outcome(
        requests=len(within),
        seconds=seconds,
        statuses={status.decode(): times for status, times in Counter(noted.statuses).items()},
        p50_ms=percentile(within, 50),
        p99_ms=percentile(within, 99),
        max_ms=percentile(within, 100),
        cpu_seconds=cpu,
        ids=[made["id"] for made in map(orjson.loads, noted.bodies) if "id" in made],
        failure=noted.failure,
    )


def _latencies(noted: Noted, deadline: float) -> list[float]:
    """Of what was answered by then, in ms, the shortest first."""
    answers = zip(noted.arrived, noted.latencies, strict=True)
    return sorted(latency * 1000 for arrived, latency in answers if arrived <= deadline)


def percentile(ordered: list[float], percent: float) -> float:
    """The value that `percent` of the ordered values do not exceed; 0 when there are none."""
    if not ordered:
        return 0.0
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]
