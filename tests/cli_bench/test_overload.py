"""Overload is measured by what really came, and told as a table and a drawing. Not a word about speed."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from cli.bench.command import command
from cli.bench.load.flood import Flooded
from cli.bench.overload.flooded import must_be_expected, seconds_until_calm, seen_between
from cli.bench.overload.scenario import MULTIPLES
from cli.bench.table import curve_table
from cli.stopped import Stopped

pytestmark = pytest.mark.timeout(900)


def flooded(*answers: tuple[float, float, int], unsent: list[float] | None = None) -> Flooded:
    return Flooded(
        due=[due for due, _, _ in answers],
        latency_ms=[ms for _, ms, _ in answers],
        status=[status for _, _, status in answers],
        unsent=unsent or [],
        unanswered=0,
        cpu_seconds=0.0,
    )


def test_goodput_counts_by_when_answers_come_and_latencies_by_when_requests_were_due() -> None:
    seen = seen_between(flooded((0.0, 1500, 201), (1.0, 500, 201), (1.5, 2000, 201), (1.2, 3, 503)), 1.0, 2.0)
    assert seen.goodput == 2
    assert (seen.accepted_p50, seen.accepted_p99) == (500, 2000)
    assert (seen.refused_share, seen.refused_p99) == (1 / 3, 3)


def test_it_is_calm_once_everything_after_it_is_calm() -> None:
    calm = [(second / 10, 5.0, 201) for second in range(40)]
    assert seconds_until_calm(flooded(*calm), 1.0, 10.0, 0.25) == 0.0
    assert seconds_until_calm(flooded(*calm, (2.1, 50.0, 201)), 1.0, 10.0, 0.25) == 1.25
    assert seconds_until_calm(flooded(*calm, (2.1, 5.0, 503)), 1.0, 10.0, 0.25) == 1.25
    assert seconds_until_calm(flooded(*calm, unsent=[3.9]), 1.0, 10.0, 0.25) is None


@pytest.mark.parametrize("status", [500, 200])
def test_an_answer_that_should_not_have_come_ends_the_run(status: int) -> None:
    with pytest.raises(Stopped):
        must_be_expected(flooded((0.0, 1.0, 201), (0.0, 1.0, status)))


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench") / "curve.svg"


@pytest.fixture(scope="module")
def figures(drawing: Path) -> dict[str, Any]:
    """What the shortest run prints."""
    arguments = ["overload", "--json", "--seconds", "0.3", "--rounds", "1", "--svg", str(drawing)]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, (done.exception, done.stderr)
    found: dict[str, Any] = orjson.loads(done.stdout)["overload"]
    return found


def test_every_rate_has_its_figures(figures: dict[str, Any]) -> None:
    assert [float(each) for each in figures["curve"]] == list(MULTIPLES)
    assert figures["neighbour"].keys() == {"alone", "beside"}
    assert figures["neighbour"]["alone"]["accepted_share"] > 0
    assert set(figures["goals"]) <= figures.keys()


def test_people_get_a_table_and_a_curve(figures: dict[str, Any], drawing: Path) -> None:
    assert len(curve_table(figures["curve"]).splitlines()) == len(MULTIPLES) + 2
    lines = ET.parse(drawing).getroot().iter("{http://www.w3.org/2000/svg}polyline")
    assert [len((line.get("points") or "").split()) for line in lines] == [len(MULTIPLES)] * 2
