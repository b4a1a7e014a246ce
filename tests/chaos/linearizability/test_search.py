"""Histories made by hand, and by chance against trying every order."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chaos.linearizability.operation import NEVER, Operation
from tests.chaos.linearizability.quota import GivePlaces, QuotaEffect, QuotaModel, SeenTooFew, TakePlaces
from tests.chaos.linearizability.search import Finding, linearizable
from tests.chaos.linearizability.seat import (
    Free,
    Held,
    Keep,
    SeatEffect,
    SeatModel,
    SeenLapsed,
    SeenTaken,
    Sold,
    Take,
)

ANNA, BO = Sold("anna"), Sold("bo")
HOLD = Held("anna", lapses_from=10, is_over_at=20)


def seat(*told: tuple[float, float, SeatEffect]) -> Finding:
    operations = [
        Operation(f"{number}", invoked, completed, effect)
        for number, (invoked, completed, effect) in enumerate(told)
    ]
    return linearizable(operations, SeatModel()).finding


def test_a_history_without_operations_is_linearizable() -> None:
    assert seat() is Finding.LINEARIZABLE


def test_a_seat_is_sold_once() -> None:
    assert seat((0, 1, Take(ANNA)), (2, 3, Take(BO))) is Finding.VIOLATED
    assert seat((0, 3, Take(ANNA)), (1, 2, Take(BO))) is Finding.VIOLATED


def test_a_seat_given_back_is_sold_again() -> None:
    assert seat((0, 1, Take(ANNA)), (2, 3, Free("anna")), (4, 5, Take(BO))) is Finding.LINEARIZABLE


def test_what_overlaps_may_have_come_in_any_order() -> None:
    assert seat((0, 1, Take(ANNA)), (2, 9, Free("anna")), (3, 4, Take(BO))) is Finding.LINEARIZABLE
    assert seat((0, 1, Take(ANNA)), (2, 3, Take(BO)), (4, 5, Free("anna"))) is Finding.VIOLATED


def test_nobody_is_told_that_a_free_seat_is_taken() -> None:
    assert seat((0, 1, SeenTaken()), (2, 3, Take(ANNA))) is Finding.VIOLATED
    assert seat((0, 3, SeenTaken()), (1, 2, Take(ANNA))) is Finding.LINEARIZABLE


def test_what_has_an_unknown_outcome_may_have_happened_at_any_time_later_or_never() -> None:
    assert seat((0, NEVER, Take(ANNA)), (5, 6, Take(BO))) is Finding.LINEARIZABLE
    assert seat((0, NEVER, Take(ANNA)), (5, 6, SeenTaken())) is Finding.LINEARIZABLE
    assert seat((7, NEVER, Take(ANNA)), (5, 6, SeenTaken())) is Finding.VIOLATED
    assert seat((0, NEVER, Take(ANNA)), (1, 2, SeenTaken()), (3, 4, Take(BO))) is Finding.VIOLATED


def test_a_hold_keeps_the_seat_until_some_clock_may_have_passed_its_end() -> None:
    assert seat((0, 1, Take(HOLD)), (2, 9, Take(BO))) is Finding.VIOLATED
    assert seat((0, 1, Take(HOLD)), (2, 11, Take(BO))) is Finding.LINEARIZABLE
    assert seat((0, 1, Take(HOLD)), (12, 13, SeenTaken())) is Finding.LINEARIZABLE
    assert seat((0, 1, Take(HOLD)), (20, 21, SeenTaken())) is Finding.VIOLATED


def test_a_hold_that_was_paid_lasts() -> None:
    paid = (2.0, 3.0, Keep(HOLD))
    assert seat((0, 1, Take(HOLD)), paid, (30, 31, Take(BO))) is Finding.VIOLATED
    assert seat((0, 1, Take(HOLD)), paid, (30, 31, SeenTaken())) is Finding.LINEARIZABLE
    assert seat((0, 1, Take(HOLD)), (30, 31, Keep(HOLD)), (32, 33, Take(BO))) is Finding.VIOLATED


def test_nobody_is_told_too_early_that_their_hold_is_over() -> None:
    assert seat((0, 1, Take(HOLD)), (2, 9, SeenLapsed("anna"))) is Finding.VIOLATED
    assert seat((0, 1, Take(HOLD)), (2, 10, SeenLapsed("anna"))) is Finding.LINEARIZABLE


def test_what_could_not_be_placed_is_named() -> None:
    operations: list[Operation[SeatEffect]] = [
        Operation("anna books", 0, 1, Take(ANNA)),
        Operation("bo books", 2, 3, Take(BO)),
    ]
    assert linearizable(operations, SeatModel()).stuck == ("bo books",)


def test_a_search_has_a_bound() -> None:
    operations: list[Operation[QuotaEffect]] = [
        Operation(f"{number}", 0, 100, TakePlaces(number)) for number in range(1, 20)
    ]
    operations.append(Operation("last", 101, 102, GivePlaces(1_000)))
    verdict = linearizable(operations, QuotaModel(10_000), steps_max=500)
    assert (verdict.finding, verdict.steps) == (Finding.UNDECIDED, 500)


@pytest.mark.parametrize("clients", [8, 30])
def test_a_long_true_history_is_decided_in_about_as_many_steps_as_it_has_operations(clients: int) -> None:
    """Everybody overlaps with everybody near them, and the hint names the order in which it happened."""
    operations: list[Operation[QuotaEffect]] = []
    taken = 0
    for number in range(2_000):
        effect: QuotaEffect = TakePlaces(1) if taken < 5 else GivePlaces(5)
        taken = taken + 1 if taken < 5 else 0
        operations.append(Operation(f"{number}", number - clients / 2, number + clients / 2, effect, number))
    verdict = linearizable(operations, QuotaModel(5))
    assert verdict.finding is Finding.LINEARIZABLE
    assert verdict.steps <= 2 * len(operations)


def by_every_order(operations: list[Operation[SeatEffect]]) -> bool:
    """The definition: some of the unknown ones, all of the others, in an order that respects who had ended before."""
    known = [each for each in operations if not each.is_optional]
    unknown = [each for each in operations if each.is_optional]
    subsets = [
        [each for number, each in enumerate(unknown) if chosen >> number & 1]
        for chosen in range(2 ** len(unknown))
    ]
    return any(is_possible(order) for subset in subsets for order in permutations([*known, *subset]))


def is_possible(order: tuple[Operation[SeatEffect], ...]) -> bool:
    latest = 0.0
    states = {SeatModel.initial}
    for operation in order:
        if operation.completed < latest:
            return False
        latest = max(latest, operation.invoked)
        states = {after for state in states for after in SeatModel().after(state, operation)}
    return bool(states)


EFFECTS: st.SearchStrategy[SeatEffect] = st.one_of(
    st.sampled_from([Take(ANNA), Take(BO), Take(HOLD), Keep(HOLD), Free("anna"), Free("bo")]),
    st.sampled_from([SeenTaken(), SeenLapsed("anna")]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Operation[SeatEffect]]:
    told = []
    for number in range(draw(st.integers(0, 5))):
        invoked = draw(st.integers(0, 15))
        lasts = draw(st.none() | st.integers(1, 15))
        completed = NEVER if lasts is None else invoked + lasts
        told.append(Operation(f"{number}", invoked, completed, draw(EFFECTS), draw(st.integers(0, 3))))
    return told


@given(histories())
def test_the_verdict_is_that_of_trying_every_order(operations: list[Operation[SeatEffect]]) -> None:
    expected = Finding.LINEARIZABLE if by_every_order(operations) else Finding.VIOLATED
    assert linearizable(operations, SeatModel()).finding is expected


def test_too_few_places_are_seen_only_where_there_are_too_few() -> None:
    few: list[Operation[QuotaEffect]] = [
        Operation("takes", 0, 1, TakePlaces(3)),
        Operation("is refused", 2, 3, SeenTooFew(2)),
    ]
    assert linearizable(few, QuotaModel(4)).finding is Finding.LINEARIZABLE
    assert linearizable(few, QuotaModel(5)).finding is Finding.VIOLATED
