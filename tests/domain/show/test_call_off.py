"""CancelShow, CancelBookingsOfShow and DeleteShow: the end of a show, and of every booking of it."""

from domain.show.refusals import ShowHasBookings, ShowIsCancelled, ShowIsOver, ShowNotFound
from domain.show.rules import Refunds, Rules
from tests.domain.show.words import (
    NOON,
    SHOW,
    STARTS,
    book,
    booked,
    cancelled,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
    scheduled,
)
from tests.domain.show.words_of_change import call_off, called_off, cancel_bookings, delete, deleted

WHY = "event cancelled"
THREE = [
    *on_sale_with_time_to_pay(rules=Rules(refunds=Refunds("none"))),
    booked("Box/1/L", "Floor"), held("Box/1/R", booking="b2"), booked("Floor", booking="b3"),
]  # fmt: skip


def test_a_cancelled_show_sells_nothing_more() -> None:
    after = given(on_sale()).when(call_off(reason="ill")).then(called_off(reason="ill"))
    after.when(book("Box/1/L")).refuses(ShowIsCancelled(SHOW))
    after.when(call_off()).then()


def test_a_draft_can_be_cancelled_and_a_show_that_is_over_cannot() -> None:
    given(scheduled()).when(call_off()).then(called_off())
    given(on_sale()).when(call_off(STARTS)).refuses(ShowIsOver(STARTS))


def test_its_bookings_are_cancelled_and_paid_back_in_full_a_few_at_a_time() -> None:
    first = (
        given(THREE, called_off())
        .when(cancel_bookings(most=2))
        .then(cancelled("b1-1", "b1-2", refund=4000, reason=WHY), cancelled("b2-1", booking="b2", reason=WHY))
    )
    after = first.when(cancel_bookings(most=2)).then(cancelled("b3-1", booking="b3", refund=2000, reason=WHY))
    after.when(cancel_bookings()).then()
    assert after.state.places.free == {"Stalls": 20, "Box": 2, "Floor": 20}


def test_only_as_much_comes_back_as_was_paid_and_not_paid_back_yet() -> None:
    partly = [*on_sale(), booked("Box/1/L", "Box/1/R"), cancelled("b1-1", refund=3000), called_off()]
    given(partly).when(cancel_bookings()).then(cancelled("b1-2", refund=1000, reason=WHY))


def test_the_bookings_of_a_show_that_takes_place_are_left_alone() -> None:
    given(THREE).when(cancel_bookings()).then()


def test_a_show_that_was_never_booked_can_be_deleted_and_is_gone() -> None:
    after = given(on_sale()).when(delete()).then(deleted())
    after.when(delete()).refuses(ShowNotFound(SHOW))
    after.when(book("Box/1/L", at=NOON)).refuses(ShowNotFound(SHOW))


def test_a_show_that_was_booked_once_stays() -> None:
    given(on_sale(), booked("Box/1/L"), cancelled("b1-1")).when(delete()).refuses(ShowHasBookings(SHOW))
