"""The read side is measured over a small season, and what was measured was right. Not a word about speed."""

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from fastapi.routing import APIRoute

import query_api.app
from cli.bench.command import command
from cli.bench.goals import at_least, at_most, judged
from cli.bench.reading.commit_time import median_ms
from cli.bench.season.size import size_of
from cli.bench.table import ratios, table, time_table, work_table

# A database, a server and projectors are started, and a season is written.
pytestmark = pytest.mark.timeout(900)

SCALE = 0.0005
ROUTES = {
    route.path for router in query_api.app.ROUTERS for route in router.routes if isinstance(route, APIRoute)
}
SERVED = {
    "statistics": "/api/v1/statistics/overview" in ROUTES,
    "search": "/api/v1/events/search" in ROUTES,
}
READING = ["rebuild", *(name for name, served in SERVED.items() if served), "reads", "crowds", "visible"]


def bench(names: Sequence[str]) -> dict[str, Any]:
    """What the shortest run of these prints. A scenario ends with an error when an answer was not what it must be."""
    arguments = [*names, "--json", "--seconds", "0.2", "--rounds", "1", "--scale", str(SCALE)]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, (done.exception, done.stderr)
    printed: dict[str, Any] = orjson.loads(done.stdout)
    return printed


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return bench(READING)


@pytest.fixture(scope="module")
def projecting() -> dict[str, Any]:
    figures: dict[str, Any] = bench(["projecting"])["projecting"]
    return figures


def test_every_scenario_says_how_big_its_season_was(figures: dict[str, Any]) -> None:
    assert list(figures) == READING
    for found in figures.values():
        assert found["season"]["bookings"] == size_of(SCALE).bookings
        assert found["machine"]["cores"] >= 1


def test_every_goal_is_about_a_figure_that_is_there(figures: dict[str, Any]) -> None:
    for found in figures.values():
        assert found["goals"].keys() <= found.keys()
        assert all(goal.keys() == {"goal", "reached"} for goal in found["goals"].values())


def test_every_question_was_answered(figures: dict[str, Any]) -> None:
    for found in figures.values():
        for side in found.get("sides", {}).values():
            assert side["requests"] > 0
            assert 0 < side["p50_ms"]["median"] <= side["p99_ms"]["median"] <= side["max_ms"]


def test_reads_are_measured_with_a_quiet_log_and_with_one_that_moves(figures: dict[str, Any]) -> None:
    sides = figures["reads"]["sides"]
    quiet = [name for name in sides if not name.startswith(("moving ", "fresh "))]
    assert quiet == ["noop-route", "availability", "booking", "first-page", "first-20", "late-20"]
    fresh = {f"fresh {name}" for name in quiet if name.startswith(("first", "late"))}
    assert sides.keys() - set(quiet) == {f"moving {name}" for name in quiet} | fresh


def test_a_rebuild_goes_through_the_whole_log(figures: dict[str, Any]) -> None:
    found = figures["rebuild"]
    assert found["works"]["rebuild bookings"]["facts"] >= found["season"]["facts"]
    assert found["works"]["rebuild bookings"]["resident_mib_max"] > 0


def test_bookings_are_seen(figures: dict[str, Any]) -> None:
    times = figures["visible"]["times"]
    assert times["append"]["p50_ms"]["median"] > 0
    assert 0 < times["visible"]["p50_ms"]["median"] <= times["visible"]["p99_ms"]["median"]


def test_hand_written_sql_makes_the_same_rows_from_the_same_facts(projecting: dict[str, Any]) -> None:
    # That the rows are equal is checked by the scenario itself, which fails otherwise.
    works = projecting["works"]
    assert all(work["facts"] > 0 for work in works.values())
    assert {name.partition(":")[0] for name in works} == {"bookings", "availability", "all"}


def test_people_get_tables(figures: dict[str, Any], projecting: dict[str, Any]) -> None:
    assert table(figures["reads"]["sides"]).startswith("side")
    assert work_table(projecting["works"]).startswith("work")
    assert time_table(figures["visible"]["times"]).startswith("time")
    assert "goal >= 0.5" in ratios(projecting)


def test_a_goal_is_reached_or_not() -> None:
    found = {"rate": 0.5, "cost": 1.4, "goals": {"rate": at_least(0.5), "cost": at_most(1.3)}}
    assert judged(found)["goals"] == {
        "rate": {"goal": ">= 0.5", "reached": True},
        "cost": {"goal": "<= 1.3", "reached": False},
    }


def test_the_median_lies_within_its_bucket() -> None:
    before = {0.001: 10.0, 0.002: 10.0, float("inf"): 10.0}
    after = {0.001: 10.0, 0.002: 30.0, float("inf"): 30.0}
    assert median_ms(before, after) == pytest.approx(1.5)
    assert median_ms(after, after) == 0.0
