"""Two owners of a place, and more money back than was paid, are found by counting."""

import pytest

from domain.money import Money
from tests.chaos.checks.places import wrong_places
from tests.chaos.checks.story import SCHEDULED, cancelled, confirmed, expired, held, log


def wrong(*facts: object) -> int:
    return len(wrong_places(log(*(("k", fact) for fact in (SCHEDULED, *facts)))))


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ((held("a", "S/1/1"), held("b", "S/1/2")), 0),
        ((held("a", "S/1/1"), held("b", "S/1/1")), 1),
        ((held("a", "S/1/1"), cancelled("a", "S/1/1"), held("b", "S/1/1")), 0),
        ((held("a", "S/1/1"), expired("a"), held("b", "S/1/1")), 0),
        ((held("a", "S/1/1"), expired("a"), held("b", "S/1/1"), confirmed("a")), 1),
        ((held("a", "S/1/1"), expired("a"), confirmed("a"), held("b", "S/1/1")), 1),
        ((held("a", "S/1/1"), cancelled("a", "S/1/1"), cancelled("a", "S/1/1")), 1),
        ((held("a", "S/1/1"), cancelled("b", "S/1/1")), 1),
    ],
)
def test_a_seat_has_one_owner_at_a_time(facts: tuple[object, ...], found: int) -> None:
    assert wrong(*facts) == found


def test_more_places_than_there_are_are_found() -> None:
    assert wrong(held("a", "S/1/1", "S/1/2")) == 0
    assert wrong(held("a", "S/1/1", "S/1/2"), held("b", "S/1/3")) == 1


def test_no_more_comes_back_than_was_paid() -> None:
    sold = (held("a", "S/1/1"), confirmed("a"))
    assert wrong(*sold, cancelled("a", "S/1/1", refund=Money(2000, "EUR"))) == 0
    assert wrong(*sold, cancelled("a", "S/1/1", refund=Money(2001, "EUR"))) == 1
    assert wrong(held("a", "S/1/1"), cancelled("a", "S/1/1", refund=Money(1, "EUR"))) == 1
