"""An open loop: requests come when they come, whether or not those before them have been answered."""

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter

import orjson

from cli.bench.load.closed_loop import cpu_seconds, parts, requests
from cli.bench.load.connection import Connection, Noted
from cli.bench.load.flood import Flood, Flooded
from cli.bench.load.job import Job

TICK_SECONDS = 0.001


async def open_loop(flood: Flood) -> Flooded:
    """Connect everybody; then each takes the next request that is due as soon as they are free."""
    crowd = _Crowd(flood)
    await crowd.connect()
    cpu_before, began = cpu_seconds(), perf_counter()
    await crowd.ask(began)
    await crowd.answered()
    return crowd.outcome(cpu_seconds() - cpu_before)


class _Crowd:
    """So many customers; `_free` are those who are waiting for nothing."""

    def __init__(self, flood: Flood) -> None:
        self._flood = flood
        self._free: deque[_Customer] = deque()
        self._customers: list[_Customer] = []
        self._unsent: list[float] = []
        self._noted = Noted(keep_bodies=True)
        job = Job(flood.host, flood.port, flood.asks, flood.connections, flood.seconds)
        made = [parts(job, ask) for ask in flood.asks]
        self._requests = [requests(job, made, number) for number in range(flood.connections)]

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        for number in range(self._flood.connections):
            customer = _Customer(self._requests[number], self._noted, self._free.append)
            await loop.create_connection(lambda made=customer: made, self._flood.host, self._flood.port)  # type: ignore[misc]
            self._customers.append(customer)
            self._free.append(customer)

    async def ask(self, began: float) -> None:
        """Every request at its time. One for which nobody is free is not sent: its customer has had enough."""
        due = 0.0
        for phase in self._flood.phases:
            end, every = due + phase.seconds, 1 / phase.per_second
            while due < end:
                now = perf_counter() - began
                while due <= now and due < end:
                    self._send(began, due)
                    due += every
                await asyncio.sleep(TICK_SECONDS)
            due = end

    def _send(self, began: float, due: float) -> None:
        while self._free:
            customer = self._free.popleft()
            if not customer.done.done():
                customer.ask_at(began + due, due)
                return
        self._unsent.append(due)

    async def answered(self) -> None:
        """Until nobody waits any more, or it has taken too long."""
        deadline = perf_counter() + self._flood.patience_seconds
        while perf_counter() < deadline and any(customer.waits for customer in self._customers):  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def outcome(self, cpu: float) -> Flooded:
        noted = self._noted
        seen = [each for customer in self._customers for each in customer.seen]
        return Flooded(
            due=[due for due, _, _ in seen],
            latency_ms=[latency * 1000 for _, latency, _ in seen],
            status=[status for _, _, status in seen],
            unsent=self._unsent,
            unanswered=sum(customer.waits for customer in self._customers),
            ids=[made["id"] for made in map(orjson.loads, noted.bodies) if "id" in made],
            cpu_seconds=cpu,
            failure=noted.failure,
        )


class _Customer(Connection):
    """A connection that asks when it is told to. `seen`: when each request was due, how long it took, what came."""

    def __init__(
        self, make: Callable[[], bytes], noted: Noted, is_free: Callable[["_Customer"], None]
    ) -> None:
        super().__init__(lambda: None, noted)
        self.seen: list[tuple[float, float, int]] = []
        self.waits = False
        self._make = make
        self._is_free = is_free
        self._due = 0.0

    def ask_at(self, moment: float, due: float) -> None:
        """Latency counts from `moment`, when the request was to be sent, however late it is."""
        assert self._transport is not None  # noqa: S101 - it was connected before anybody asked
        self._due, self.waits = due, True
        self._asked_at = moment
        self._transport.write(self._make())

    def _note(self, answer: bytes, start: int) -> None:
        super()._note(answer, start)
        self.waits = False
        self.seen.append((self._due, self._noted.latencies[-1], int(answer[9:12])))

    def ask(self) -> None:
        """The answer is here: somebody else may have the connection."""
        self._is_free(self)
