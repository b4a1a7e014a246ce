"""ChangeQuantity: more tickets by the rules of a booking, fewer by those of a cancellation."""

from domain.show.offer import Offer
from domain.show.refusals import (
    AboveMaximum,
    BelowMinimum,
    BookingAlreadyCancelled,
    CustomerLimitReached,
    PaymentAmountWrong,
    PaymentRequired,
    SalesAreClosed,
    ShowIsOver,
    SoldOut,
    TicketTypeRequired,
)
from domain.show.rules import Refunds, Rules
from tests.domain.show.words import (
    STANDARD,
    STARTS,
    VIP,
    booked,
    cancelled,
    confirmed,
    eur,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
    pay,
    payment,
    sales_closed,
)
from tests.domain.show.words_of_change import added, have, opened

FEW = Offer("few", "Few", eur(500), min_per_booking=2, max_per_booking=3)
ONE = [*on_sale(VIP), booked("Box/1/L", offer=VIP)]


def test_more_tickets_are_the_best_places_left() -> None:
    after = given(ONE).when(have(2)).then(added("Box/1/R", offer=VIP)).state
    assert after.bookings["b1"].total == after.bookings["b1"].paid == eur(18000)
    assert (after.stock.sold["vip"], after.stock.by_customer["anna"]) == (2, 2)


def test_as_many_as_there_are_adds_nothing() -> None:
    given(ONE).when(have(1)).then()
    given(ONE, added("Box/1/R", offer=VIP)).when(have(2)).then()


def test_more_of_a_paid_booking_are_paid_at_once() -> None:
    house = given(on_sale_with_time_to_pay(VIP), held("Box/1/L", offer=VIP), confirmed(paid=9000))
    house.when(have(2)).refuses(PaymentRequired(eur(9000)))
    house.when(have(2, paid=payment(1))).refuses(PaymentAmountWrong(eur(9000), eur(1)))
    house.when(have(2, paid=payment(9000))).then(added("Box/1/R", offer=VIP, paid=payment(9000)))


def test_more_of_a_hold_are_paid_with_it_and_end_with_it() -> None:
    house = given(on_sale_with_time_to_pay(VIP), held("Box/1/L", offer=VIP))
    house.when(have(2, paid=payment(9000))).refuses(PaymentAmountWrong(eur(0), eur(9000)))
    after = house.when(have(2)).then(added("Box/1/R", offer=VIP))
    after.when(pay(9000)).refuses(PaymentAmountWrong(eur(18000), eur(9000)))
    after.when(pay(18000)).then(confirmed(paid=18000))
    assert after.state.stock.sold["vip"] == 2


def test_the_last_tickets_leave_first_by_the_policy() -> None:
    two = booked("Box/1/L", "Box/1/R", offer=VIP)
    given(on_sale(VIP), two).when(have(1)).then(cancelled("b1-2", refund=9000))
    kept = on_sale(VIP, rules=Rules(refunds=Refunds("none")))
    given(kept, two).when(have(1)).then(cancelled("b1-2"))


def test_down_to_nothing_cancels_the_booking() -> None:
    after = given(ONE).when(have(0)).then(cancelled("b1-1", refund=9000))
    after.when(have(0)).refuses(BookingAlreadyCancelled("b1"))


def test_minimum_and_maximum_hold_for_the_whole_booking() -> None:
    house = given(on_sale(FEW), booked("Stalls/A/1", "Stalls/A/2", offer=FEW))
    house.when(have(4, first=3)).refuses(AboveMaximum("few", 4, 3))
    house.when(have(3, first=3)).then(added("Stalls/A/5", offer=FEW, first=3))
    house.when(have(1)).refuses(BelowMinimum("few", 1, 2))


def test_in_a_booking_of_several_types_one_must_be_named() -> None:
    both = [*on_sale(STANDARD, VIP), booked(("Stalls/A/1", STANDARD), ("Box/1/L", VIP))]
    given(both).when(have(2)).refuses(TicketTypeRequired(("standard", "vip")))
    given(both).when(have(2, "vip", first=3)).then(added("Box/1/R", offer=VIP, first=3))
    given(both).when(have(0, "vip")).then(cancelled("b1-2", refund=9000))


def test_a_type_that_the_booking_does_not_have_yet_can_be_added() -> None:
    one = [*on_sale(STANDARD, VIP), booked("Stalls/A/1")]
    given(one).when(have(1, "vip")).then(added("Box/1/L", offer=VIP))
    given(one).when(have(0, "vip")).then()


def test_more_than_there_are_or_one_may_have_is_refused() -> None:
    given(ONE).when(have(3)).refuses(SoldOut("vip", 2, 1))
    limited = [*on_sale(rules=Rules(max_per_customer=2)), booked("Stalls/A/1")]
    given(limited).when(have(3)).refuses(CustomerLimitReached(2, 1, 2))


def test_more_are_sold_only_while_the_show_is_on_sale_and_fewer_until_it_is_over() -> None:
    given(ONE, sales_closed()).when(have(2)).refuses(SalesAreClosed())
    given(ONE, sales_closed()).when(have(0)).then(cancelled("b1-1", refund=9000))
    given(ONE).when(have(0, at=STARTS)).refuses(ShowIsOver(STARTS))


def test_adding_that_sells_a_type_out_opens_the_one_that_waits() -> None:
    late = Offer("late", "Late", eur(1), opens_after="vip")
    given(on_sale(VIP, late), booked("Box/1/L", offer=VIP)).when(have(2)).then(
        added("Box/1/R", offer=VIP), opened("late")
    )
