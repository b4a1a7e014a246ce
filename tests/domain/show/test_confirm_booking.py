"""ConfirmBooking: money for a hold, in time."""

import pytest

from domain.money import Money
from domain.refusal import Refusal
from domain.show.commands import ConfirmBooking
from domain.show.refusals import (
    BookingAlreadyCancelled,
    BookingNotFound,
    PaymentAmountWrong,
    PaymentRequired,
)
from tests.domain.show.words import (
    FREE,
    MINUTE,
    NOON,
    STANDARD,
    book,
    cancelled,
    confirmed,
    eur,
    given,
    held,
    on_sale_with_time_to_pay,
    pay,
    sales_closed,
)

HELD = [*on_sale_with_time_to_pay(), held("Box/1/L")]


def test_a_payment_in_time_confirms_the_booking() -> None:
    after = given(HELD).when(pay(2000, at=NOON + MINUTE)).then(confirmed(at=NOON + MINUTE)).state
    assert after.bookings["b1"].status == "confirmed"
    assert (after.stock.held["standard"], after.stock.sold["standard"]) == (0, 1)


@pytest.mark.parametrize("again", [pay(2000), pay(None), pay(1)])
def test_a_booking_is_confirmed_once_however_often_it_is_asked(again: ConfirmBooking) -> None:
    given(HELD, confirmed()).when(again).then()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (pay(1999), PaymentAmountWrong(eur(2000), eur(1999))),
        (pay(2001), PaymentAmountWrong(eur(2000), eur(2001))),
        (pay(2000, currency="CHF"), PaymentAmountWrong(eur(2000), Money(2000, "CHF"))),
        (pay(None), PaymentRequired(eur(2000))),
        (pay(2000, booking="other"), BookingNotFound("other")),
    ],
)
def test_a_payment_must_be_of_exactly_what_is_due(command: ConfirmBooking, reason: Refusal) -> None:
    given(HELD).when(command).refuses(reason)


def test_what_is_due_is_what_is_left_of_the_booking() -> None:
    two = given(on_sale_with_time_to_pay(), held("Box/1/L", "Box/1/R"), cancelled("b1-1"))
    two.when(pay(4000)).refuses(PaymentAmountWrong(eur(2000), eur(4000)))
    two.when(pay(2000)).then(confirmed())


def test_nothing_needs_to_be_paid_when_only_free_tickets_are_left() -> None:
    history = [*on_sale_with_time_to_pay(FREE, STANDARD), held(("Box/1/L", FREE), ("Box/1/R", STANDARD))]
    given(history, cancelled("b1-2")).when(pay(None)).then(confirmed(paid=None))


def test_a_cancelled_booking_cannot_be_confirmed() -> None:
    given(HELD, cancelled("b1-1")).when(pay(None)).refuses(BookingAlreadyCancelled("b1"))


def test_a_hold_can_still_be_paid_when_sales_have_closed() -> None:
    given(HELD, sales_closed()).when(pay()).then(confirmed())


def test_a_confirmed_booking_never_expires() -> None:
    given(HELD, confirmed()).when(book("Box/1/R", booking="b2", at=NOON + 600 * MINUTE)).then(
        held("Box/1/R", booking="b2", at=NOON + 600 * MINUTE)
    )
