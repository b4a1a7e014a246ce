"""ExchangeTickets: some places given back and others taken, in one step or not at all."""

import pytest

from domain.refusal import Refusal
from domain.show.commands import ExchangeTickets
from domain.show.offer import Offer
from domain.show.refusals import (
    AboveMaximum,
    BelowMinimum,
    BookingAlreadyCancelled,
    BookingIsExpired,
    BookingNotFound,
    CustomerLimitReached,
    PaymentAmountWrong,
    PaymentRequired,
    SalesAreClosed,
    SeatsNotAvailable,
    ShowIsCancelled,
    ShowIsOver,
    SoldOut,
    TicketsAlreadyCancelled,
    TicketsNotInBooking,
)
from domain.show.rules import Refunds, RefundTier, Rules
from domain.show.stock_rules import BOOKING_TICKETS_MAX
from tests.domain.show.words import (
    BEN,
    NOON,
    SECOND,
    SHOW,
    STANDARD,
    STARTS,
    VIP,
    WINDOW,
    book,
    booked,
    cancel,
    cancelled,
    confirmed,
    eur,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
    pay,
    payment,
    places,
    sales_closed,
    seats,
    ticket,
)
from tests.domain.show.words_of_change import called_off, exchange, exchanged, opened

TWO = [*on_sale(STANDARD, VIP), booked("Stalls/A/1", "Stalls/A/2")]
TWO_IN_TIME_TO_PAY = [*on_sale_with_time_to_pay(STANDARD, VIP), booked("Stalls/A/1", "Stalls/A/2")]
TO_B1 = seats("Stalls/B/1", type="standard")
B1 = ticket("b1", 3, "Stalls/B/1")
DEARER = (ticket("b1", 3, "Box/1/L", VIP),)


def test_a_ticket_is_exchanged_for_another_place_at_the_same_price() -> None:
    after = given(TWO).when(exchange("b1-1", to=TO_B1, first=3)).then(exchanged("b1-1", to=(B1,))).state
    booking = after.bookings["b1"]
    assert [each.seat for each in booking.live_tickets] == ["Stalls/A/2", "Stalls/B/1"]
    assert booking.ticket_status(booking.tickets[0]) == "cancelled"
    assert after.places.is_free("Stalls/A/1")
    assert after.places.free["Stalls"] == 18
    assert (after.stock.sold["standard"], after.stock.by_customer["anna"]) == (2, 2)


def test_without_names_of_tickets_all_are_exchanged() -> None:
    given(TWO).when(exchange(to=TO_B1, first=3)).then(exchanged("b1-1", "b1-2", to=(B1,), refund=2000))


def test_where_the_new_places_cost_more_the_difference_is_due_at_once() -> None:
    house, to = given(TWO_IN_TIME_TO_PAY), seats("Box/1/L", type="vip")
    house.when(exchange("b1-1", to=to, first=3)).refuses(PaymentRequired(eur(7000)))
    house.when(exchange("b1-1", to=to, first=3, paid=payment(6999))).refuses(
        PaymentAmountWrong(eur(7000), eur(6999))
    )
    after = house.when(exchange("b1-1", to=to, first=3, paid=payment(7000))).then(
        exchanged("b1-1", to=DEARER, due=7000, paid=payment(7000))
    )
    booking = after.state.bookings["b1"]
    assert (booking.paid, booking.total, booking.refunded) == (eur(11000), eur(11000), eur(0))
    after.when(cancel()).then(cancelled("b1-2", "b1-3", refund=11000))


def test_a_payment_on_top_told_again_as_a_confirmation_adds_nothing() -> None:
    to = seats("Box/1/L", type="vip")
    after = given(TWO_IN_TIME_TO_PAY).when(
        exchange("b1-1", to=to, first=3, paid=payment(7000, reference="more"))
    )
    after.then(exchanged("b1-1", to=DEARER, due=7000, paid=payment(7000, reference="more"))).when(
        pay(7000, reference="more")
    ).then()


def test_a_show_that_asks_for_no_payments_asks_for_no_difference_either() -> None:
    to = seats("Box/1/L", type="vip")
    given(TWO).when(exchange("b1-1", to=to, first=3)).then(exchanged("b1-1", to=DEARER, due=7000))


def test_where_they_cost_less_the_difference_is_refunded() -> None:
    vip = given(on_sale(STANDARD, VIP), booked("Box/1/L", offer=VIP))
    after = vip.when(exchange(to=TO_B1)).then(
        exchanged("b1-1", to=(ticket("b1", 2, "Stalls/B/1"),), refund=7000)
    )
    after.when(cancel()).then(cancelled("b1-2", refund=2000))


@pytest.mark.parametrize(
    ("refunds", "back"),
    [(Refunds("none"), 0), (Refunds("tiered", (RefundTier(20, 50),)), 3500), (Refunds("full"), 7000)],
)
def test_the_difference_comes_back_by_the_policy_as_for_a_cancellation(refunds: Refunds, back: int) -> None:
    """Else whoever may not return a dear ticket would exchange it for a cheap one."""
    history = [*on_sale(STANDARD, VIP, rules=Rules(refunds=refunds)), booked("Box/1/L", offer=VIP)]
    given(history).when(exchange(to=TO_B1)).then(
        exchanged("b1-1", to=(ticket("b1", 2, "Stalls/B/1"),), refund=back)
    )


def test_no_more_comes_back_than_was_paid_and_not_paid_back_yet() -> None:
    history = [
        *on_sale(STANDARD, VIP), booked("Box/1/L", "Box/1/R", offer=VIP), cancelled("b1-1", refund=15000),
    ]  # fmt: skip
    given(history).when(exchange("b1-2", to=TO_B1, first=3)).then(exchanged("b1-2", to=(B1,), refund=3000))


def test_of_a_hold_only_the_sum_to_pay_changes() -> None:
    house = given(on_sale_with_time_to_pay(STANDARD, VIP), held("Stalls/A/1"))
    dear = (ticket("b1", 2, "Box/1/L", VIP),)
    after = house.when(exchange(to=seats("Box/1/L", type="vip"))).then(exchanged("b1-1", to=dear))
    after.when(pay(2000)).refuses(PaymentAmountWrong(eur(9000), eur(2000)))
    after.when(pay(9000)).then(confirmed(paid=9000))
    house.when(exchange(to=seats("Box/1/L", type="vip"), paid=payment(7000))).refuses(
        PaymentAmountWrong(eur(0), eur(7000))
    )


def test_the_places_given_back_can_be_taken_by_the_same_exchange() -> None:
    to = seats("Stalls/A/2", "Stalls/A/3", type="standard")
    given(TWO).when(exchange(to=to, first=3)).then(
        exchanged("b1-1", "b1-2", to=(ticket("b1", 3, "Stalls/A/2"), ticket("b1", 4, "Stalls/A/3")))
    )


def test_the_last_ticket_of_a_quota_can_be_exchanged_for_another_of_it() -> None:
    rare = Offer("rare", "Rare", eur(500), quota=1)
    given(on_sale(rare), booked("Box/1/L", offer=rare)).when(exchange(to=seats("Box/1/R"))).then(
        exchanged("b1-1", to=(ticket("b1", 2, "Box/1/R", rare),))
    )


def test_an_exchange_that_cannot_be_had_changes_nothing() -> None:
    taken = [*TWO, booked("Stalls/B/1", booking="b2", customer=BEN)]
    after = given(taken).when(exchange("b1-1", to=TO_B1, first=3)).refuses(SeatsNotAvailable(("Stalls/B/1",)))
    after.when(book(seats("Stalls/A/1", type="standard"), booking="b3")).refuses(
        SeatsNotAvailable(("Stalls/A/1",))
    )


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (exchange(to=TO_B1, booking="other"), BookingNotFound("other")),
        (exchange("x", to=TO_B1), TicketsNotInBooking(("x",))),
        (exchange(to=places(3, "vip")), SoldOut("vip", 3, 2)),
        (exchange(to=TO_B1, at=STARTS), ShowIsOver(STARTS)),
    ],
)
def test_what_cannot_be_exchanged(command: ExchangeTickets, reason: Refusal) -> None:
    given(TWO).when(command).refuses(reason)


def test_only_what_stands_can_be_exchanged() -> None:
    command = exchange(to=TO_B1, first=3)
    given(TWO, cancelled("b1-1", "b1-2")).when(command).refuses(BookingAlreadyCancelled("b1"))
    given(TWO, cancelled("b1-1")).when(exchange("b1-1", to=TO_B1, first=3)).refuses(
        TicketsAlreadyCancelled(("b1-1",))
    )
    given(TWO, called_off()).when(command).refuses(ShowIsCancelled(SHOW))
    given(TWO, sales_closed()).when(command).refuses(SalesAreClosed())
    late = exchange(to=TO_B1, at=NOON + WINDOW + SECOND)
    given(on_sale_with_time_to_pay(STANDARD), held("Box/1/L")).when(late).refuses(
        BookingIsExpired("b1", NOON + WINDOW)
    )


def test_minimum_and_maximum_hold_for_what_the_booking_has_in_the_end() -> None:
    few = Offer("few", "Few", eur(1), min_per_booking=2, max_per_booking=3)
    history = [*on_sale(few), booked("Stalls/A/1", "Stalls/A/2", "Stalls/A/3", offer=few)]
    given(history).when(exchange("b1-1", to=places(2), first=4)).refuses(AboveMaximum("few", 4, 3))
    given(history).when(exchange(to=places(1), first=4)).refuses(BelowMinimum("few", 1, 2))
    b1 = ticket("b1", 4, "Stalls/B/1", few)
    given(history).when(exchange("b1-1", to=seats("Stalls/B/1"), first=4)).then(exchanged("b1-1", to=(b1,)))


def test_the_limit_per_customer_counts_without_what_is_given_back() -> None:
    history = [*on_sale(rules=Rules(max_per_customer=2)), booked("Stalls/A/1", "Stalls/A/2")]
    given(history).when(exchange("b1-1", to=seats("Stalls/B/1"), first=3)).then(exchanged("b1-1", to=(B1,)))
    given(history).when(exchange("b1-1", to=places(2), first=3)).refuses(CustomerLimitReached(2, 1, 2))


def test_an_exchange_that_sells_a_type_out_opens_the_one_that_waits() -> None:
    late = Offer("late", "Late", eur(1), sections=("Floor",), opens_after="vip")
    history = [
        *on_sale(STANDARD, VIP, late), booked("Stalls/A/1"), booked("Box/1/L", booking="b2", offer=VIP),
    ]  # fmt: skip
    given(history).when(exchange(to=seats("Box/1/R", type="vip"), paid=payment(7000))).then(
        exchanged("b1-1", to=(ticket("b1", 2, "Box/1/R", VIP),), due=7000, paid=payment(7000)),
        opened("late"),
    )


def test_a_hold_does_not_stand_in_its_own_way_in_a_quota() -> None:
    few = Offer("few", "Few", eur(2000), quota=1)
    here = [*on_sale_with_time_to_pay(few), held("Stalls/A/1", offer=few)]
    given(here).when(exchange("b1-1", to=seats("Stalls/B/1", type="few"))).then(
        exchanged("b1-1", to=(ticket("b1", 2, "Stalls/B/1", few),))
    )


def test_a_booking_cannot_grow_beyond_what_any_booking_may_have() -> None:
    many = booked(*["Floor"] * 20, *(f"Stalls/A/{number}" for number in range(1, 11)))
    asked = exchange("b1-1", to=places(BOOKING_TICKETS_MAX - 28, "standard"), first=31)
    given(on_sale(), many).when(asked).refuses(
        AboveMaximum("standard", BOOKING_TICKETS_MAX + 1, BOOKING_TICKETS_MAX)
    )
