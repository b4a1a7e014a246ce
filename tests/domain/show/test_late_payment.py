"""ConfirmBooking after the hold has run out: the same places while they are free, else the money is on record."""

from domain.seating_plan import general_admission
from domain.show.offer import Offer
from domain.show.refusals import BookingIsExpired, PaymentAmountWrong, PaymentTooLate
from tests.domain.show.words import (
    FREE,
    NOON,
    SECOND,
    STANDARD,
    WINDOW,
    booked,
    cancelled,
    confirmed,
    eur,
    expired,
    given,
    held,
    on_sale_with_time_to_pay,
    paid_too_late,
    pay,
    payment,
)

LATE = NOON + WINDOW + SECOND
LATER = LATE + SECOND
HELD = [*on_sale_with_time_to_pay(), held("Box/1/L")]
TAKEN = [*HELD, expired(at=LATE), booked("Box/1/L", booking="b2", at=LATE)]


def test_a_payment_one_second_late_still_gets_free_seats() -> None:
    after = given(HELD).when(pay(at=LATE)).then(expired(at=LATE), confirmed(at=LATE)).state
    assert after.bookings["b1"].status == "confirmed"
    assert not after.places.is_free("Box/1/L")
    assert (after.stock.held["standard"], after.stock.sold["standard"]) == (0, 1)


def test_late_money_for_seats_that_are_gone_is_put_on_record() -> None:
    after = given(TAKEN).when(pay(at=LATE)).then(paid_too_late(at=LATE)).state
    assert after.bookings["b1"].unwanted_payments == (payment(),)
    assert after.bookings["b1"].status == "expired"


def test_the_same_late_money_told_again_is_refused_and_not_recorded_twice() -> None:
    given(TAKEN, paid_too_late(at=LATE)).when(pay(at=LATER)).refuses(PaymentTooLate("b1"))


def test_other_late_money_is_recorded_too() -> None:
    given(TAKEN, paid_too_late(at=LATE)).when(pay(at=LATER, reference="pay-2")).then(
        paid_too_late(at=LATER).__class__("show-1", "b1", payment(reference="pay-2"), LATER)
    )


def test_money_that_was_recorded_as_too_late_does_not_buy_seats_that_come_free_again() -> None:
    """It has to be paid back; a booking confirmed with it would be a booking for nothing."""
    free_again = [*TAKEN, paid_too_late(at=LATE), cancelled("b2-1", booking="b2", refund=2000, at=LATER)]
    given(free_again).when(pay(at=LATER)).refuses(PaymentTooLate("b1"))


def test_new_money_does_buy_seats_that_come_free_again() -> None:
    free_again = [*TAKEN, paid_too_late(at=LATE), cancelled("b2-1", booking="b2", refund=2000, at=LATER)]
    after = given(free_again).when(pay(at=LATER, reference="pay-2"))
    after.then(confirmed(at=LATER).__class__("show-1", "b1", LATER, payment(reference="pay-2")))


def test_late_money_of_the_wrong_amount_is_refused() -> None:
    given(TAKEN).when(pay(1, at=LATE)).refuses(PaymentAmountWrong(eur(2000), eur(1)))


def test_all_the_places_must_be_free_for_a_late_payment() -> None:
    history = [
        *on_sale_with_time_to_pay(), held("Box/1/L", "Stalls/A/1"),
        expired(at=LATE), booked("Stalls/A/1", booking="b2", at=LATE),
    ]  # fmt: skip
    given(history).when(pay(4000, at=LATE)).then(paid_too_late(at=LATE, paid=4000))


def test_standing_places_are_retaken_only_when_there_is_room_for_all() -> None:
    hall = on_sale_with_time_to_pay(plan=general_admission(3, "Hall"))
    history = [*hall, held("Hall", "Hall"), expired(at=LATE)]
    given(history, booked("Hall", booking="b2")).when(pay(4000, at=LATE)).then(confirmed(at=LATE, paid=4000))
    given(history, booked("Hall", "Hall", booking="b2")).when(pay(4000, at=LATE)).then(
        paid_too_late(at=LATE, paid=4000)
    )


def test_room_elsewhere_does_not_make_a_full_area_free() -> None:
    """The type covers the whole house, the lost places were on the Floor."""
    history = [*on_sale_with_time_to_pay(), held("Floor", "Floor"), expired(at=LATE)]
    full = booked(*["Floor"] * 19, booking="b2", at=LATE)
    given(history, full).when(pay(4000, at=LATE)).then(paid_too_late(at=LATE, paid=4000))


def test_a_late_payment_cannot_pass_a_quota_that_others_have_used_up() -> None:
    rare = Offer("rare", "Rare", eur(2000), quota=1)
    history = [
        *on_sale_with_time_to_pay(rare), held("Box/1/L", offer=rare),
        expired(at=LATE), held("Box/1/R", booking="b2", offer=rare, at=LATE),
    ]  # fmt: skip
    given(history).when(pay(at=LATE)).then(paid_too_late(at=LATE))


def test_only_what_was_not_cancelled_is_retaken() -> None:
    history = [
        *on_sale_with_time_to_pay(), held("Box/1/L", "Box/1/R"), cancelled("b1-1"),
        expired(at=LATE), booked("Box/1/L", booking="b2", at=LATE),
    ]  # fmt: skip
    after = given(history).when(pay(at=LATE)).then(confirmed(at=LATE)).state
    assert after.places.free["Box"] == 0


def test_an_expired_booking_with_nothing_to_pay_gets_its_places_or_is_refused() -> None:
    history = [
        *on_sale_with_time_to_pay(FREE, STANDARD), held(("Box/1/L", FREE), ("Box/1/R", STANDARD)),
        cancelled("b1-2"), expired(at=LATE),
    ]  # fmt: skip
    given(history).when(pay(None, at=LATE)).then(confirmed(at=LATE, paid=None))
    given(history, booked("Box/1/L", booking="b2", offer=FREE)).when(pay(None, at=LATE)).refuses(
        BookingIsExpired("b1", NOON + WINDOW)
    )


def test_a_late_confirmation_confirms_once() -> None:
    given(HELD, expired(at=LATE), confirmed(at=LATE)).when(pay(at=LATER)).then()
