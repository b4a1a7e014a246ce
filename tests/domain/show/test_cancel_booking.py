"""CancelBooking: tickets become void, places free, and what was paid for them is due back."""

from datetime import datetime

import pytest

from domain.refusal import Refusal
from domain.show.commands import CancelBooking
from domain.show.refusals import (
    BookingAlreadyCancelled,
    BookingIsExpired,
    BookingNotFound,
    ShowIsOver,
    TicketsAlreadyCancelled,
    TicketsNotInBooking,
)
from tests.domain.show.words import (
    DAY,
    MILLISECOND,
    NOON,
    STANDARD,
    STARTS,
    VIP,
    WINDOW,
    booked,
    cancel,
    cancelled,
    confirmed,
    eur,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
    sales_closed,
)

MIXED = [*on_sale(STANDARD, VIP), booked(("Stalls/A/1", STANDARD), ("Box/1/L", VIP), ("Floor", STANDARD))]


def test_cancelling_a_booking_gives_all_of_it_back() -> None:
    after = (
        given(MIXED)
        .when(cancel(reason="ill"))
        .then(cancelled("b1-1", "b1-2", "b1-3", refund=13000, reason="ill"))
        .state
    )
    assert after.bookings["b1"].status == "cancelled"
    assert after.bookings["b1"].refunded == eur(13000)
    assert after.places.free == {"Stalls": 20, "Box": 2, "Floor": 20}
    assert after.stock.sold == {"standard": 0, "vip": 0}


def test_cancelling_one_ticket_leaves_the_others() -> None:
    after = given(MIXED).when(cancel("b1-2")).then(cancelled("b1-2", refund=9000)).state
    booking = after.bookings["b1"]
    assert [booking.ticket_status(each) for each in booking.tickets] == ["valid", "refunded", "valid"]
    assert booking.status == "confirmed"
    assert after.places.free == {"Stalls": 19, "Box": 2, "Floor": 19}


def test_tickets_are_returned_in_the_order_of_the_booking_and_each_once() -> None:
    given(MIXED).when(cancel("b1-3", "b1-1", "b1-3")).then(cancelled("b1-1", "b1-3", refund=4000))


def test_cancelling_the_rest_ends_the_booking() -> None:
    partly = given(MIXED, cancelled("b1-2", refund=9000))
    for command in (cancel(), cancel("b1-3", "b1-1")):
        given(MIXED, cancelled("b1-2", refund=9000)).when(command).then(
            cancelled("b1-1", "b1-3", refund=4000)
        )
    after = partly.when(cancel()).then(cancelled("b1-1", "b1-3", refund=4000)).state.bookings["b1"]
    assert (after.status, after.refunded) == ("cancelled", eur(13000))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (cancel(booking="other"), BookingNotFound("other")),
        (cancel("b1-1", "x", "y"), TicketsNotInBooking(("x", "y"))),
        (cancel("b1-1", "b1-2"), TicketsAlreadyCancelled(("b1-2",))),
    ],
)
def test_only_tickets_that_the_booking_has_and_still_has_can_be_cancelled(
    command: CancelBooking, reason: Refusal
) -> None:
    given(MIXED, cancelled("b1-2", refund=9000)).when(command).refuses(reason)


def test_a_booking_is_cancelled_once() -> None:
    history = [*on_sale(), booked("Box/1/L"), cancelled("b1-1", refund=2000)]
    given(history).when(cancel()).refuses(BookingAlreadyCancelled("b1"))
    given(history).when(cancel("b1-1")).refuses(BookingAlreadyCancelled("b1"))


def test_for_a_hold_nothing_is_due_back_as_nothing_was_paid() -> None:
    given(on_sale_with_time_to_pay(), held("Box/1/L")).when(cancel()).then(cancelled("b1-1"))


def test_for_a_hold_that_was_paid_all_is_due_back() -> None:
    given(on_sale_with_time_to_pay(), held("Box/1/L"), confirmed()).when(cancel()).then(
        cancelled("b1-1", refund=2000)
    )


def test_an_expired_hold_cannot_be_cancelled() -> None:
    late = NOON + WINDOW + MILLISECOND
    given(on_sale_with_time_to_pay(), held("Box/1/L")).when(cancel(at=late)).refuses(
        BookingIsExpired("b1", NOON + WINDOW)
    )


@pytest.mark.parametrize("at", [NOON, STARTS - MILLISECOND])
def test_a_booking_can_be_cancelled_when_sales_are_closed_until_the_show_is_over(at: datetime) -> None:
    given(on_sale(), booked("Box/1/L"), sales_closed()).when(cancel(at=at)).then(
        cancelled("b1-1", refund=2000, at=at)
    )


@pytest.mark.parametrize("at", [STARTS, STARTS + WINDOW])
def test_when_the_show_is_over_nothing_is_cancelled_any_more(at: datetime) -> None:
    given(on_sale(), booked("Box/1/L")).when(cancel(at=at)).refuses(ShowIsOver(STARTS))


def test_a_show_that_goes_on_can_be_left() -> None:
    """It has an end, and is over then and not before."""
    late = STARTS + WINDOW
    given(on_sale(ends_at=STARTS + DAY), booked("Box/1/L")).when(cancel(at=late)).then(
        cancelled("b1-1", refund=2000, at=late)
    )


def test_a_ticket_for_which_nothing_came_back_is_cancelled_and_not_refunded() -> None:
    after = given(on_sale_with_time_to_pay(), held("Box/1/L", "Box/1/R")).when(cancel("b1-1"))
    booking = after.then(cancelled("b1-1")).state.bookings["b1"]
    assert [booking.ticket_status(each) for each in booking.tickets] == ["cancelled", "held"]
