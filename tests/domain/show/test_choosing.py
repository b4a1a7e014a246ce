"""Which places one gets who asks for a number of them: together where possible, from the front."""

import time

import pytest

from domain.journal import Journal
from domain.seating_plan import Area, Row, SeatingPlan, Section
from domain.show.choosing import Pick, best_in_run
from domain.show.offer import Offer
from domain.show.places import Places
from tests.domain.show.words import book, booked, eur, given, on_sale, places, ticket

PLAN = SeatingPlan((Section("S", (Row("A", 4), Row("B", 5))), Section("T", (Row("A", 3),))), (Area("F", 6),))


def house(*taken: str, plan: SeatingPlan = PLAN) -> Places:
    found = Places(plan, Journal())
    for number, place in enumerate(taken):
        found.take(ticket("b", number, place))
    return found


def chosen(found: Places, quantity: int, *parts: str) -> list[str]:
    """Names of seats, and areas once for each place in them."""
    return [seat or area or "" for seat, area in Pick(found).choose(parts or tuple(found.free), quantity)]


def test_they_are_together_and_nearest_the_front() -> None:
    assert chosen(house(), 4) == ["S/A/1", "S/A/2", "S/A/3", "S/A/4"]


def test_a_row_that_has_them_together_is_better_than_a_nearer_one_that_has_not() -> None:
    assert chosen(house("S/A/2"), 3) == ["S/B/1", "S/B/2", "S/B/3"]


def test_a_gap_that_just_fits_is_used() -> None:
    assert chosen(house("S/A/1", "S/A/4"), 2) == ["S/A/2", "S/A/3"]


def test_an_area_has_them_together_as_well() -> None:
    assert chosen(house(), 6) == ["F"] * 6


def test_the_order_of_the_parts_decides_between_a_section_and_an_area() -> None:
    assert chosen(house(), 2, "F", "S") == ["F", "F"]
    assert chosen(house(), 3, "T", "S") == ["T/A/1", "T/A/2", "T/A/3"]


def test_where_they_cannot_be_together_they_come_from_the_front_one_by_one() -> None:
    assert chosen(house("S/A/2", "S/B/2", "S/B/4"), 5, "S") == ["S/A/1", "S/A/3", "S/A/4", "S/B/1", "S/B/3"]


def test_scattered_places_fill_an_area_and_go_on_behind_it() -> None:
    assert chosen(house("S/A/1"), 9, "F", "S") == ["F"] * 6 + ["S/A/2", "S/A/3", "S/A/4"]


def test_there_are_fewer_when_there_are_fewer() -> None:
    assert chosen(house("T/A/1"), 4, "T") == ["T/A/2", "T/A/3"]


def test_nothing_is_left_of_a_full_house() -> None:
    assert chosen(house(*(f"T/A/{n}" for n in (1, 2, 3))), 1, "T") == []


def test_one_pick_never_gives_a_place_twice() -> None:
    pick = Pick(house())
    assert pick.take_seat("S/A/1")
    assert not pick.take_seat("S/A/1")
    first = pick.choose(("S",), 8)
    assert len({seat for seat, _ in first} | {"S/A/1"}) == 9
    assert pick.choose(("S",), 1) == []


def test_one_pick_never_gives_more_of_an_area_than_it_holds() -> None:
    pick = Pick(house("F"))
    assert len(pick.choose(("F",), 4)) == 4
    assert len(pick.choose(("F",), 4)) == 1


def test_a_seat_that_the_plan_does_not_have_cannot_be_picked() -> None:
    assert not Pick(house()).take_seat("S/A/9")


def test_choosing_changes_nothing_in_the_house() -> None:
    found = house("S/A/1")
    chosen(found, 12)
    assert found.free == {"S": 8, "T": 3, "F": 6}
    assert not found.is_free("S/A/1")
    assert found.is_free("S/A/2")


def test_a_row_of_labels_is_chosen_from_in_its_own_order() -> None:
    plan = SeatingPlan((Section("S", (Row("A", labels=("9", "7", "5", "6", "8")),)),))
    assert chosen(house("S/A/9", plan=plan), 2) == ["S/A/7", "S/A/5"]


@pytest.mark.parametrize("quantity", [1, 50, 400])
def test_choosing_in_the_fullest_of_huge_houses_takes_no_time_that_a_buyer_would_notice(
    quantity: int,
) -> None:
    """A quarter of a million seats, and only the last of the last row are free."""
    rows = tuple(Row(str(number), 500) for number in range(500))
    found = Places(SeatingPlan((Section("S", rows),)), Journal())
    for row in list(found.rows["S"].values())[:-1]:
        row.flags[:] = bytes([1]) * 500
    found.free["S"] = 500
    # Our own time: what others do on this machine meanwhile does not count.
    started = time.process_time()
    assert len(chosen(found, quantity)) == quantity
    assert time.process_time() - started < 0.25


def test_a_booking_across_a_stadium_is_one_fact_with_all_its_places() -> None:
    plan = SeatingPlan(tuple(Section(f"S{n}", (Row("A", 30),)) for n in range(100)))
    offer = Offer("x", "X", eur(1))
    expected = [f"S{section}/A/{seat}" for section in range(2) for seat in range(1, 31)]
    given(on_sale(offer, plan=plan)).when(book(places(60))).then(booked(*expected, offer=offer))


def test_a_party_that_no_row_holds_sits_in_adjacent_rows_each_part_at_its_best() -> None:
    plan = SeatingPlan((Section("S", (Row("A", 10), Row("B", 10))),))
    row = [f"S/A/{number}" for number in range(1, 11)]
    assert chosen(house(plan=plan), 12) == [*row, "S/B/5", "S/B/6"]


def test_of_sections_that_need_as_many_rows_it_is_the_first_also_when_it_is_filled() -> None:
    plan = SeatingPlan(
        tuple(Section(name, (Row("A", size), Row("B", 4))) for name, size in (("S", 4), ("T", 5)))
    )
    eight = tuple(f"S/{row}/{number}" for row in "AB" for number in range(1, 5))
    given(on_sale(plan=plan)).when(book(places(8))).then(booked(*eight))


@pytest.mark.parametrize(
    ("begin", "end", "ideal", "start"),
    [(0, 7, 1.4, 2), (0, 7, 2.6, 2), (1, 8, 2.0, 1), (0, 7, 9.0, 4), (2, 9, 0.0, 2), (0, 3, 1.0, 0)],
)
def test_three_in_a_run_leave_none_or_two_at_either_end(
    begin: int, end: int, ideal: float, start: int
) -> None:
    assert best_in_run(begin, end, 3, ideal).start == start
