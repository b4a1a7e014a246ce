"""The schedule of faults: the same for a seed, and of all kinds."""

from collections import Counter

import pytest

from tests.chaos.schedule import TARGETS, Fault, schedule


def test_a_seed_gives_the_same_schedule_each_time_and_another_seed_another() -> None:
    assert schedule(7, 60) == schedule(7, 60)
    assert schedule(7, 60) != schedule(8, 60)


def test_a_schedule_does_not_depend_on_the_order_in_which_faults_are_named() -> None:
    assert schedule(7, 60, [Fault.CUT, Fault.KILL]) == schedule(7, 60, [Fault.KILL, Fault.CUT])


@pytest.mark.parametrize("seed", range(20))
def test_all_faults_come_and_strike_what_they_can(seed: int) -> None:
    strikes = schedule(seed, 120)
    assert set(Counter(strike.fault for strike in strikes)) == set(Fault)
    assert all(strike.target in TARGETS[strike.fault] for strike in strikes)
    assert all(strike.at + strike.seconds <= 120.01 for strike in strikes)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_struck_while_it_is_struck(seed: int) -> None:
    free_from: dict[str, float] = {}
    for strike in schedule(seed, 120):
        assert free_from.get(strike.target, 0.0) <= strike.at
        free_from[strike.target] = strike.at + strike.seconds


def test_only_what_is_there_is_struck() -> None:
    struck = {strike.target for strike in schedule(1, 300, programs=("command 1", "query 1"))}
    assert struck == {"command 1", "query 1", "database"}


def test_only_the_faults_that_were_named_come() -> None:
    assert {strike.fault for strike in schedule(1, 60, [Fault.HANG])} == {Fault.HANG}
    assert schedule(1, 60, []) == []
