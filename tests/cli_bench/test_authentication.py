"""The scenario `authentication` runs, and no fresh token was ever seen before."""

import orjson
import pytest
from click.testing import CliRunner

from cli.bench.authentication import KINDS
from cli.bench.command import command


@pytest.mark.timeout(900)
def test_it_says_what_a_token_costs_remembered_and_fresh() -> None:
    arguments = ["authentication", "--json", "--seconds", "0.1", "--rounds", "1"]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, (done.exception, done.stderr)
    found = orjson.loads(done.stdout)["authentication"]
    assert found["sides"].keys() == set(KINDS)
    assert all(side["requests"] > 0 for side in found["sides"].values())
    assert found["remembered_to_none"] > 0
