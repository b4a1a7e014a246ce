"""Reports wait for each other, and nothing else waits for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from runtime.http.access import PUBLIC, open_to
from runtime.http.application import create_application
from runtime.http.hot_route import hot_route
from runtime.http.json_answer import json_answer
from runtime.http.lanes import BoundedLane, Lane, Lanes, in_lane
from runtime.problems import Problem
from runtime.settings import load_settings

DEADLINE_SECONDS = 60.0


class Stuck:
    """Reports that go on until `free` is set; `begun` counts them."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.begun = asyncio.Semaphore(0)

    async def report(self) -> None:
        self.begun.release()
        await self.free.wait()

    def router(self) -> APIRouter:
        router = APIRouter()

        @hot_route(router, "GET", "/hot", operation_id="Hot", access=PUBLIC)
        @in_lane(Lane.REPORTS)
        async def hot(_request: Request) -> Response:
            await self.report()
            return json_answer("hot")

        @router.get("/framework")
        @open_to(PUBLIC)
        @in_lane(Lane.REPORTS)
        async def framework() -> str:
            await self.report()
            return "framework"

        @router.get("/streamed")
        @open_to(PUBLIC)
        @in_lane(Lane.REPORTS)
        async def streamed() -> Response:
            async def pieces() -> AsyncIterator[bytes]:
                await self.report()
                yield b"streamed"

            return StreamingResponse(pieces())

        @hot_route(router, "GET", "/sale", operation_id="Sale", access=PUBLIC)
        async def sale(_request: Request) -> Response:
            return json_answer("sale")

        @router.get("/sale/{number}")
        @open_to(PUBLIC)
        async def numbered(number: int) -> int:
            return number

        return router


@pytest.mark.parametrize("path", ["/hot", "/framework", "/streamed"])
async def test_when_reports_are_full_and_stuck_sales_are_still_served(path: str) -> None:
    stuck = Stuck()
    settings = load_settings(reports_at_once=2, reports_queue_max=1)
    app = create_application(title="t", version="1", routers=[stuck.router()], settings=settings)
    transport = httpx.ASGITransport(app)
    async with (
        asyncio.timeout(DEADLINE_SECONDS),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
        asyncio.TaskGroup() as tasks,
    ):
        running = [tasks.create_task(client.get(path)) for _ in range(2)]
        for _ in running:
            await stuck.begun.acquire()
        waiting = tasks.create_task(client.get(path))
        for _ in range(20):
            # Until it has come to the queue.
            await asyncio.sleep(0)
        refused = await client.get(path)
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert refused.headers["retry-after"] == "5"
        assert (await client.get("/sale")).json() == "sale"
        assert (await client.get("/sale/7")).json() == 7
        stuck.free.set()
        for task in (*running, waiting):
            assert (await task).status_code == 200
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get(path)).status_code == 200


async def test_who_waits_too_long_is_turned_away_and_leaves_no_trace() -> None:
    lane = BoundedLane("reports", 1, 1, wait_seconds=0.01)
    async with lane.place():
        for _ in range(3):
            with pytest.raises(Problem, match="503 overloaded"):
                await lane.place().__aenter__()
    async with lane.place():
        pass
    assert (lane._room, len(lane._queue)) == (1, 0)


async def test_a_place_is_never_lost_to_somebody_who_has_given_up() -> None:
    lane = BoundedLane("reports", 1, 10)

    async def report() -> None:
        async with lane.place():
            await asyncio.sleep(0)

    for when in range(6):
        async with AsyncExitStack() as holding:
            await holding.enter_async_context(lane.place())
            waiting = [asyncio.create_task(report()) for _ in range(3)]
            await asyncio.sleep(0)
            if when == 0:
                waiting[0].cancel()
        # The turn has been given, and is given up before, while or after it is taken.
        for _ in range(when):
            await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert (lane._room, len(lane._queue)) == (1, 0)


async def test_first_come_first_served() -> None:
    lane, order = BoundedLane("reports", 1, 10), []

    async def report(number: int) -> None:
        async with lane.place():
            order.append(number)

    async with lane.place():
        waiting = [asyncio.create_task(report(number)) for number in range(5)]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("settings", "room"), [({}, 5), ({"pool_max_connections": 1}, 1), ({"reports_at_once": 7}, 7)]
)
def test_reports_have_half_of_the_connections_unless_they_are_told_otherwise(
    settings: dict[str, int], room: int
) -> None:
    lanes = Lanes.of(load_settings(**settings))
    assert lanes[Lane.REPORTS]._room == room  # type: ignore[union-attr]
    assert lanes[Lane.SALES] is None
