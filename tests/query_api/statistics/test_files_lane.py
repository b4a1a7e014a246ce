"""Files that clients read slowly leave connections to everybody else."""

from contextlib import AsyncExitStack

import pytest

from query_api.files_lane import files_lane
from runtime.http.lanes import BoundedLane
from runtime.problems import Problem
from tests.projections.season import venue
from tests.query_api.conftest import World

FILES = (
    "/statistics/revenue",
    "/statistics/sales",
    "/statistics/customers",
    "/statistics/occupancy",
)


@pytest.mark.parametrize(("connections", "room"), [(1, 1), (3, 1), (10, 2), (40, 10)])
async def test_a_quarter_of_the_connections_write_files_and_always_one(connections: int, room: int) -> None:
    lane = files_lane(connections)
    for _ in range(2):
        async with AsyncExitStack() as under_way:
            for _ in range(room):
                await under_way.enter_async_context(lane.place())
            with pytest.raises(Problem, match="503 overloaded"):
                await under_way.enter_async_context(lane.place())


async def test_only_files_wait_for_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = venue()
    await world.happened(f"venue-{hall.venue_id}", hall)
    async with AsyncExitStack() as under_way:
        only = files_lane(1)
        await under_way.enter_async_context(only.place())
        place = BoundedLane.place
        monkeypatch.setattr(BoundedLane, "place", lambda lane: place(only if lane._name == "files" else lane))
        for path in (*FILES, f"/venues/{hall.venue_id}/occupancy"):
            answer = await world.get(path, "clerk", format="csv")
            assert (answer.status_code, answer.json()["code"]) == (503, "overloaded"), path
            assert answer.headers["Retry-After"] == "5"
            assert (await world.get(path, "clerk")).status_code == 200, path
    for path in FILES * 2:
        assert (await world.get(path, "clerk", format="csv")).status_code == 200, path
