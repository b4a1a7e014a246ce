"""Writing, policies and projectors by the seed: every law holds, and every mistake made on purpose is seen.

`python -m tests.simulation --schedules 10000 --seed 1` runs many more schedules than these.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.simulation import mistakes
from tests.simulation.failed_seeds import FAILED
from tests.simulation.mistakes import MISTAKES, Mistake
from tests.simulation.schedule import simulate
from tests.simulation.seen import seen

# One schedule in about a thousand, or fewer, sees the first three, which have tests of their own in
# tests/command_api/writing; the last needs that nobody asks for anything of the show afterwards.
RARELY_SEEN = (
    mistakes.a_queue_that_grows,
    mistakes.lost_appends_taken_for_dead,
    mistakes.a_no_from_before_the_retry,
    mistakes.a_checkpoint_apart_from_its_rows,
)

SCHEDULES, AT_A_TIME = 160, 20

FIRST_SEEN = {
    "found_under_a_key": 610,
    "deadlines_not_watched": 30,
    "no_said_as_overload": 15,
    "one_batch_of_a_cancelled_show": 160,
}
"""Where to begin looking; `python -m tests.simulation --mistakes` tells. It need not be in that very schedule."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What is logged is what always is when things go wrong, thousands of times."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("first", range(1, SCHEDULES, AT_A_TIME))
def test_every_law_holds_in_every_schedule(first: int) -> None:
    for seed in range(first, first + AT_A_TIME):
        simulate(seed)


@pytest.mark.parametrize(("seed", "bug"), FAILED)
def test_what_once_failed_holds(seed: int, bug: str) -> None:
    simulate(seed)


def test_a_seed_is_a_schedule() -> None:
    assert [simulate(seed).digest for seed in (7, 8)] == [simulate(seed).digest for seed in (7, 8)]
    assert simulate(7).digest != simulate(8).digest


def test_a_seed_is_the_same_schedule_in_any_process() -> None:
    here = [simulate(seed).digest for seed in range(1, 16)]
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.simulation", "--schedules", "15", "--seed", "1", "--digests"],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == here


@pytest.mark.parametrize(
    "mistake", [each for each in MISTAKES if each not in RARELY_SEEN], ids=lambda mistake: mistake.__name__
)
def test_a_mistake_made_on_purpose_is_seen(mistake: Mistake) -> None:
    assert seen(mistake, FIRST_SEEN.get(mistake.__name__, 1)) is not None
