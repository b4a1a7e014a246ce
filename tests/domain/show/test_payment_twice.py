"""ConfirmBooking for what is paid, cancelled or expired already: money that buys nothing is on record, once."""

from domain.show.refusals import BookingAlreadyCancelled, BookingAlreadyPaid, PaymentTooLate
from tests.domain.show.words import (
    NOON,
    SECOND,
    WINDOW,
    book,
    booked,
    cancelled,
    confirmed,
    eur,
    expired,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
    paid_too_late,
    pay,
    payment,
)
from tests.domain.show.words_of_change import paid_twice

HELD = [*on_sale_with_time_to_pay(), held("Box/1/L")]
PAID = [*HELD, confirmed()]


def test_a_second_payment_under_another_reference_is_recorded_to_be_paid_back() -> None:
    after = given(PAID).when(pay(reference="pay-2")).then(paid_twice()).state.bookings["b1"]
    assert (after.status, after.paid, after.refunded) == ("confirmed", eur(2000), eur(0))
    assert after.unwanted_payments == (payment(reference="pay-2"),)


def test_a_second_payment_told_again_is_refused_and_not_recorded_again() -> None:
    given(PAID, paid_twice()).when(pay(reference="pay-2")).refuses(BookingAlreadyPaid("b1"))


def test_money_is_known_by_its_reference_whatever_amount_is_said() -> None:
    given(PAID, paid_twice()).when(pay(1, reference="pay-2")).refuses(BookingAlreadyPaid("b1"))
    late = NOON + WINDOW + SECOND
    taken = [*HELD, expired(at=late), booked("Box/1/L", booking="b2", at=late), paid_too_late(at=late)]
    given(taken).when(pay(1, at=late)).refuses(PaymentTooLate("b1"))


def test_each_further_payment_is_recorded() -> None:
    given(PAID, paid_twice()).when(pay(reference="pay-3")).then(paid_twice(reference="pay-3"))


def test_money_for_what_was_booked_at_once_is_recorded_to_be_paid_back() -> None:
    given(on_sale(), booked("Box/1/L")).when(pay()).then(paid_twice(reference="pay-1"))


def test_the_payment_at_the_desk_told_again_adds_nothing() -> None:
    given(on_sale(), booked("Box/1/L", paid=payment())).when(pay()).then()


def test_money_for_a_cancelled_hold_is_recorded_to_be_paid_back() -> None:
    given(HELD, cancelled("b1-1")).when(pay()).then(paid_too_late())
    given(HELD, cancelled("b1-1"), paid_too_late()).when(pay()).refuses(PaymentTooLate("b1"))


def test_the_payment_of_a_booking_cancelled_since_is_not_paid_back_a_second_time() -> None:
    """The provider tells of it again; the cancellation has refunded it."""
    given(PAID, cancelled("b1-1", refund=2000)).when(pay()).refuses(BookingAlreadyCancelled("b1"))
    given(PAID, cancelled("b1-1", refund=2000)).when(pay(reference="pay-2")).then(
        paid_too_late().__class__("show-1", "b1", payment(reference="pay-2"), NOON)
    )


def test_money_that_came_twice_takes_no_place() -> None:
    given(PAID, paid_twice()).when(book("Box/1/R", booking="b2")).then(held("Box/1/R", booking="b2"))
