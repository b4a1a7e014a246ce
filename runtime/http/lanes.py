"""Two lanes: what sells is never kept waiting by what reports.

Every operation is in the lane of sales, which has no bound of its own, unless it is declared to be a report. Reports
take long, hold database connections and come in crowds; so a few run at once, a few more wait for a short time,
and the rest is told to come again.

    @hot_route(router, "GET", "/takings", operation_id="GetTakings")
    @in_lane(Lane.REPORTS)
    async def takings(request: Request) -> Response: ...

The declaration is the function's own, so it holds for routes of the framework's as well.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, Self, TypeVar

from prometheus_client import Counter

from runtime.metrics import REGISTRY
from runtime.problems import Problem, ProblemDetail, come_back_later
from runtime.settings import Settings

WAIT_SECONDS_MAX = 5.0
SHARE_OF_POOL = 2
"""Reports have one in so many connections: whatever they do, the others are left to sales."""

OVERLOADED = come_back_later(
    "overloaded",
    "Too many reports are being made",
    "This server makes as many at once as it may. Try again later.",
    5,
)
TURNED_AWAY = Counter(
    "http_lane_turned_away", "Requests their lane had no room for", ("lane",), registry=REGISTRY
)

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Lane(StrEnum):
    SALES = "sales"
    REPORTS = "reports"


def in_lane(lane: Lane) -> Callable[[Endpoint], Endpoint]:
    """Declares the lane of the function below it."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.__lane__ = lane  # type: ignore[attr-defined]
        return endpoint

    return declare


def lane_of(endpoint: object) -> Lane:
    """The lane that was declared, or that of sales."""
    return getattr(endpoint, "__lane__", Lane.SALES)


class BoundedLane:
    """`at_once` may be in it, `queue_max` wait before it, each for `wait_seconds` at most: first come, first served."""

    def __init__(
        self,
        name: str,
        at_once: int,
        queue_max: int,
        *,
        full: ProblemDetail = OVERLOADED,
        wait_seconds: float = WAIT_SECONDS_MAX,
    ) -> None:
        self._name = name
        self._room = at_once
        self._queue_max = queue_max
        self._wait_seconds = wait_seconds
        self._full = full
        self._queue: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """For as long as one is in the lane. Raises Problem 503 `overloaded`."""
        if self._room:
            self._room -= 1
        else:
            await self._turn()
        try:
            yield
        finally:
            self._leave()

    async def _turn(self) -> None:
        if len(self._queue) >= self._queue_max:
            self._turn_away()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(self._wait_seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                # The turn came at the moment of giving up: it is the next one's.
                self._leave()
            elif turn in self._queue:
                self._queue.remove(turn)
            if isinstance(error, TimeoutError):
                self._turn_away()
            raise

    def _leave(self) -> None:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._room += 1

    def _turn_away(self) -> None:
        TURNED_AWAY.labels(self._name).inc()
        raise Problem(self._full) from None


class Lanes:
    """The lanes of one process; None for one without bounds."""

    def __init__(self, reports: BoundedLane) -> None:
        self._lanes: dict[Lane, BoundedLane | None] = {Lane.SALES: None, Lane.REPORTS: reports}

    @classmethod
    def of(cls, settings: Settings) -> Self:
        at_once = settings.reports_at_once or max(1, settings.pool_max_connections // SHARE_OF_POOL)
        return cls(BoundedLane(Lane.REPORTS.value, at_once, settings.reports_queue_max))

    def __getitem__(self, lane: Lane) -> BoundedLane | None:
        return self._lanes[lane]
