"""What the proof costs is measured over a small season, and what was measured was whole. Not a word about speed."""

from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from cli.bench.command import command

# A database is started for each scenario, and a season is written.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    arguments = [
        "hashing",
        "seal",
        "watch",
        "verify",
        "export",
        "as-of",
        "history",
        "--json",
        "--seconds",
        "0.2",
        "--rounds",
        "1",
        "--scale",
        "0.001",
    ]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, (done.exception, done.stderr)
    printed: dict[str, Any] = orjson.loads(done.stdout)
    return printed


def test_each_scenario_has_its_ratios_and_goals(figures: dict[str, Any]) -> None:
    assert {name: set(found["goals"]) for name, found in figures.items()} == {
        "hashing": {"appending_hashed_to_not_hashed"},
        "seal": {"appending_sealed_to_not_sealed"},
        "watch": {"appending_watched_to_not_watched"},
        "verify": {"verifying_to_reading_rows", "verifying_to_reading_lines"},
        "export": {"export_to_copy"},
        "as-of": {
            "as_of_to_fold",
            "availability_to_fold",
            "seat_map_to_fold",
            "revenue_to_fold",
            "overview_to_fold",
        },
        "history": {"history_to_one_fact", "facts_by_tag_to_by_key"},
    }
    for found in figures.values():
        assert all(found[goal] > 0 for goal in found["goals"])


def test_all_sides_of_a_scenario_go_through_the_same_facts(figures: dict[str, Any]) -> None:
    for name in ("verify", "export", "as-of"):
        assert len({work["facts"] for work in figures[name]["works"].values()}) == 1
