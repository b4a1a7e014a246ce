"""Wheelchair places and the seats beside them: for who asks for them, and together."""

import pytest

from domain.seating_plan import Row, SeatingPlan, Section
from domain.show.commands import Wanted
from domain.show.offer import Offer
from domain.show.refusals import CompanionSeats, NoAccessiblePlaces, SingleSeatLeft, SoldOut
from domain.show.rules import Rules
from tests.domain.show.words import STANDARD, book, booked, eur, given, on_sale, places, seats

PLAN = SeatingPlan(
    (Section("S", (
        Row("A", 6, accessible=("1", "6"), companions=("2", "5")),
        Row("B", 6, accessible=("1",), companions=("2",)),
    )),),
)  # fmt: skip
HERE = on_sale(plan=PLAN)
CARER = Offer("carer", "Carer", eur(0))


def wheelchairs(count: int, company: int = 0) -> Wanted:
    return Wanted(count + company, None, (), count)


def test_a_wheelchair_user_and_company_sit_side_by_side() -> None:
    given(HERE).when(book(wheelchairs(1, 1))).then(booked("S/A/1", "S/A/2"))


def test_company_comes_to_companion_seats_first_and_then_to_the_nearest() -> None:
    given(HERE).when(book(wheelchairs(1, 3))).then(booked("S/A/1", "S/A/2", "S/A/5", "S/A/3"))


def test_one_row_for_all_if_any_has_them_and_else_row_by_row() -> None:
    given(HERE).when(book(wheelchairs(2, 2))).then(booked("S/A/1", "S/A/6", "S/A/2", "S/A/5"))
    given(HERE).when(book(wheelchairs(3))).then(booked("S/A/1", "S/A/6", "S/B/1"))
    given(HERE).when(book(wheelchairs(3, 3))).then(
        booked("S/A/1", "S/A/6", "S/B/1", "S/A/2", "S/A/5", "S/B/2")
    )


def test_too_few_wheelchair_places_are_refused_with_their_number() -> None:
    given(HERE).when(book(wheelchairs(4))).refuses(NoAccessiblePlaces("standard", 4, 3))


def test_an_ordinary_request_never_gets_a_wheelchair_place_or_a_companion_seat() -> None:
    taken = booked("S/A/3", "S/A/4", "S/B/3", "S/B/4", "S/B/5", booking="b0")
    given(HERE, taken).when(book(places(1))).then(booked("S/B/6"))
    given(HERE, taken).when(book(places(2))).refuses(SoldOut("standard", 2, 1))


def test_a_companion_seat_is_not_booked_without_a_wheelchair_place_of_its_row() -> None:
    given(HERE).when(book("S/A/2")).refuses(CompanionSeats(("S/A/2",)))
    given(HERE).when(book("S/A/1", "S/B/2")).refuses(CompanionSeats(("S/B/2",)))
    given(HERE).when(book("S/A/1", "S/A/2")).then(booked("S/A/1", "S/A/2"))


def test_a_companion_may_have_another_type_of_ticket() -> None:
    given(on_sale(STANDARD, CARER, plan=PLAN)).when(
        book(seats("S/A/2", type="carer"), seats("S/A/1", type="standard"))
    ).then(booked(("S/A/2", CARER), ("S/A/1", STANDARD)))


def test_more_wheelchair_places_than_tickets_cannot_be_said() -> None:
    for wrong in ((1, None, (), 2), (1, None, (), -1), (1, None, ("S/A/1",), 1)):
        with pytest.raises(ValueError, match="wheelchair"):
            Wanted(*wrong)


SINGLES = on_sale(STANDARD, CARER, plan=PLAN, rules=Rules(no_single_seats=True))


def test_seats_that_leave_one_alone_are_refused_with_others_that_do_not() -> None:
    given(SINGLES).when(book(seats("S/B/4", type="standard"))).refuses(SingleSeatLeft(("S/B/3",), ("S/B/3",)))


def test_the_seats_of_all_items_count_together() -> None:
    given(SINGLES).when(book(seats("S/B/4", type="standard"), seats("S/B/3", type="carer"))).then(
        booked(("S/B/4", STANDARD), ("S/B/3", CARER))
    )


def test_where_no_other_choice_exists_the_single_seat_is_left() -> None:
    three = booked("S/B/3", booking="b0")
    given(SINGLES, three).when(book(seats("S/B/4", "S/B/5", type="standard"))).then(booked("S/B/4", "S/B/5"))


def test_a_wheelchair_place_may_stay_alone_and_nobody_is_sent_there() -> None:
    given(SINGLES).when(book(seats("S/A/1", "S/A/2", type="standard"))).then(booked("S/A/1", "S/A/2"))


def test_over_several_rows_nobody_gets_more_wheelchair_places_than_asked_for() -> None:
    plan = SeatingPlan((Section("S", tuple(Row(name, 6, accessible=("1", "6")) for name in "AB")),))
    given(on_sale(plan=plan)).when(book(wheelchairs(3))).then(booked("S/A/1", "S/A/6", "S/B/1"))


def test_a_row_whose_wheelchair_places_are_gone_has_no_company_to_give() -> None:
    gone = booked("S/A/1", "S/A/6", booking="b0")
    given(HERE, gone).when(book(wheelchairs(1, 1))).then(booked("S/B/1", "S/B/2"))


def test_company_sits_next_to_whichever_wheelchair_is_nearest() -> None:
    plan = SeatingPlan((Section("S", (Row("A", 9, accessible=("1", "9")),)),))
    given(on_sale(plan=plan)).when(book(wheelchairs(2, 2))).then(booked("S/A/1", "S/A/9", "S/A/2", "S/A/8"))


def test_the_others_that_are_named_are_the_ones_nearest_the_centre() -> None:
    plan = SeatingPlan((Section("S", (Row("A", 12),)),))
    singles = on_sale(plan=plan, rules=Rules(no_single_seats=True))
    given(singles).when(book("S/A/2", "S/A/3")).refuses(SingleSeatLeft(("S/A/1",), ("S/A/6", "S/A/7")))
