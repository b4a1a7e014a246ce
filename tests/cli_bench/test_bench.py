"""The benchmark runs, says what it promises to say, and its checkers find what is wrong. Not a word about speed."""

import xml.etree.ElementTree as ET
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from cli.bench.command import command
from cli.bench.sides.known import SIDES
from cli.bench.sides.ledger import compared

RATIOS = {
    "hot": {"to_row_lock", "to_one_statement", "to_skip_locked", "to_noop", "to_noop_route", "p99_to_row_lock", "keyed_to_ours"},
    "refusals": {"to_noop_route", "to_row_lock", "p99_to_row_lock"},
    "processes": {"two_to_one", "four_to_one", "p99_four_to_one"},
}  # fmt: skip


@pytest.mark.parametrize("scenario", list(RATIOS))
def test_a_short_run_prints_one_object_keyed_by_scenario(scenario: str, tmp_path: Path) -> None:
    drawing = tmp_path / "rates.svg"
    done = CliRunner().invoke(
        command, [scenario, "--json", "--seconds", "0.2", "--rounds", "1", "--svg", str(drawing)]
    )
    assert done.exit_code == 0, done.stderr
    figures = orjson.loads(done.stdout)
    assert figures.keys() == {scenario}
    found = figures[scenario]
    assert found.keys() == {*RATIOS[scenario], "sides", "machine"}
    assert all(found[name] > 0 for name in RATIOS[scenario])
    for name, side in found["sides"].items():
        assert side["requests_per_second"].keys() == {"median", "min", "max"}
        assert side["requests"] > 0
        keeps_bookings = "noop" not in name
        assert (side["checked"] is not None) == keeps_bookings
        if keeps_bookings:
            assert side["checked"]["acknowledged"] == side["checked"]["found"] > 0
    assert found["machine"]["cores"] >= 1
    assert ET.parse(drawing).getroot().tag.endswith("svg")  # noqa: S314 - we have just written it


def test_it_is_told_to_people_as_a_table_with_bars() -> None:
    done = CliRunner().invoke(command, ["refusals", "--seconds", "0.2", "--rounds", "1"])
    assert done.exit_code == 0, done.stderr
    assert "p99 ms" in done.stdout
    assert "█" in done.stdout
    assert "to_noop_route" in done.stdout
    assert "warming up ours" in done.stderr


def test_a_booking_that_is_not_in_the_log_is_missing() -> None:
    assert compared(["a", "b"], ["a"], 0)._replace(acknowledged=0, found=0) == (0, 0, 1, 0, 0, 0)


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
