"""The benchmark runs, says what it promises to say, and its checkers find what is wrong. Not a word about speed."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from cli.bench.bars import bars
from cli.bench.command import command
from cli.bench.sides.known import SIDES
from cli.bench.sides.ledger import compared
from cli.bench.table import ratios, table

# Eight servers are started one after another, which may take long on a busy machine.
pytestmark = pytest.mark.timeout(900)

RATIOS = {
    "to_row_lock",
    "to_one_statement",
    "to_skip_locked",
    "to_noop",
    "to_noop_route",
    "keyed_to_ours",
    "p99_to_row_lock",
}


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench") / "rates.svg"


@pytest.fixture(scope="module")
def figures(drawing: Path) -> dict[str, Any]:
    """What the shortest run of `hot` prints."""
    arguments = ["hot", "--json", "--seconds", "0.1", "--rounds", "1", "--svg", str(drawing)]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, (done.exception, done.stderr)
    printed: dict[str, Any] = orjson.loads(done.stdout)
    return printed


def test_it_prints_one_object_keyed_by_scenario(figures: dict[str, Any]) -> None:
    assert figures.keys() == {"hot"}
    assert figures["hot"].keys() == {*RATIOS, "goals", "sides", "machine"}
    assert all(figures["hot"][name] > 0 for name in RATIOS)
    assert figures["hot"]["machine"]["cores"] >= 1


def test_each_side_has_its_rate_with_spread_and_its_latencies(figures: dict[str, Any]) -> None:
    for side in figures["hot"]["sides"].values():
        assert side["requests_per_second"].keys() == {"median", "min", "max"}
        assert side["requests"] > 0
        assert 0 < side["p50_ms"]["median"] <= side["p99_ms"]["median"] <= side["max_ms"]


def test_every_side_that_keeps_bookings_was_checked(figures: dict[str, Any]) -> None:
    for name, side in figures["hot"]["sides"].items():
        if name.startswith("noop"):
            assert side["checked"] is None
        else:
            assert side["checked"]["acknowledged"] == side["checked"]["found"] > 0
            assert side["checked"]["oversold"] == 0


def test_people_get_a_table_bars_and_ratios(figures: dict[str, Any]) -> None:
    sides = figures["hot"]["sides"]
    assert table(sides).splitlines()[0].startswith("side")
    assert len(table(sides).splitlines()) == len(sides) + 2
    assert len(bars(sides).splitlines()) == len(sides)
    assert {line.split()[0] for line in ratios(figures["hot"]).splitlines()} == RATIOS


def test_the_drawing_is_svg(figures: dict[str, Any], drawing: Path) -> None:
    assert ET.parse(drawing).getroot().tag.endswith("svg")


def test_a_booking_that_is_not_in_the_log_is_missing() -> None:
    assert compared(["a", "b"], ["a"], 0).missing == 1


def test_a_booking_kept_or_acknowledged_twice_is_found() -> None:
    assert compared(["a"], ["a", "a"], 0).twice == 1
    assert compared(["a", "a"], ["a"], 0).twice == 1


def test_a_booking_nobody_was_told_of_is_found() -> None:
    assert compared([], ["a"], 0).unacknowledged == 1


def test_overselling_is_not_sound() -> None:
    assert compared(["a"], ["a"], 0).is_sound
    assert not compared(["a"], ["a"], 1).is_sound


def test_sides_are_known_by_their_names() -> None:
    assert all(name == side.name for name, side in SIDES.items())
