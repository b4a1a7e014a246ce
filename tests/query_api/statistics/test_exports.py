"""Files that clients read slowly leave connections to everybody else."""

from contextlib import ExitStack

import pytest

from query_api.exports import Exports
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
def test_a_quarter_of_the_connections_write_files_and_always_one(connections: int, room: int) -> None:
    exports = Exports(connections)
    for _ in range(2):
        with ExitStack() as under_way:
            for _ in range(room):
                under_way.enter_context(exports.one_more())
            with pytest.raises(Problem, match="503 overloaded"):
                under_way.enter_context(exports.one_more())


async def test_only_files_wait_for_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = venue()
    await world.happened(f"venue-{hall.venue_id}", hall)
    with ExitStack() as under_way:
        only = Exports(1)
        under_way.enter_context(only.one_more())
        one_more = Exports.one_more
        monkeypatch.setattr(Exports, "one_more", lambda _: one_more(only))
        for path in (*FILES, f"/venues/{hall.venue_id}/occupancy"):
            answer = await world.get(path, "clerk", format="csv")
            assert (answer.status_code, answer.json()["code"]) == (503, "overloaded"), path
            assert answer.headers["Retry-After"] == "5"
            assert (await world.get(path, "clerk")).status_code == 200, path
    for path in FILES * 2:
        assert (await world.get(path, "clerk", format="csv")).status_code == 200, path
