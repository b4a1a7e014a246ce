"""When clocks that jump have passed a moment."""

from pathlib import Path

import pytest

from tests.chaos.world.clocks import SLACK_SECONDS, Clocks, Jump, clock_of, true_time
from tests.chaos.world.readings import Readings

S = SLACK_SECONDS


def test_clocks_that_never_jumped_agree_but_for_a_little() -> None:
    readings = Readings([], ["a", "b"])
    assert readings.some_past(100, since=50) == pytest.approx(100 - S)
    assert readings.all_past(100) == pytest.approx(100 + S)
    assert readings.some_past(100, since=120) == 120


def test_one_clock_ahead_passes_a_moment_early() -> None:
    readings = Readings([Jump(60, "a", 30), Jump(65, "a", 0)], ["a", "b"])
    assert readings.some_past(92, since=50) == pytest.approx(62 - S)
    assert readings.some_past(92, since=70) == pytest.approx(92 - S)
    assert readings.some_past(200, since=50) == pytest.approx(200 - S)


def test_one_clock_behind_passes_a_moment_late() -> None:
    readings = Readings([Jump(60, "a", -30)], ["a", "b"])
    assert readings.all_past(100) == pytest.approx(130 + S)
    assert readings.some_past(100, since=50) == pytest.approx(100 - S)


def test_a_clock_that_jumps_back_shows_a_moment_twice() -> None:
    readings = Readings([Jump(60, "a", 30), Jump(65, "a", 0)], ["a"])
    assert readings.some_past(80, since=50) == pytest.approx(60 - S)
    assert readings.all_past(80) == pytest.approx(80 + S)


def test_clocks_of_others_do_not_matter() -> None:
    assert Readings([Jump(60, "query", 99)], ["a"]).some_past(100, since=0) == pytest.approx(100 - S)


def test_a_process_sees_its_clock_jump_at_once(tmp_path: Path) -> None:
    clocks = Clocks(tmp_path)
    now = clock_of(clocks.file_of("command 1"))
    assert now().timestamp() == pytest.approx(true_time(), abs=S)
    clocks.set("command 1", -3600.0)
    assert now().timestamp() == pytest.approx(true_time() - 3600, abs=S)
    assert [jump.offset for jump in clocks.jumps] == [-3600.0]
