"""ConfirmBooking late, where the show allows equal places: other ones of the same types, or the money is on record."""

from msgspec.structs import replace

from domain.seating_plan import Row, SeatingPlan, Section
from domain.show.facts import OfferWithdrawn, ShowPlanChanged
from domain.show.offer import Offer
from domain.show.refusals import BookingIsExpired
from domain.show.rules import Rules, SharedQuota
from tests.domain.show.words import (
    BEN,
    FREE,
    HOUSE,
    NOON,
    SECOND,
    SHOW,
    STANDARD,
    STARTS,
    VIP,
    WINDOW,
    booked,
    confirmed,
    eur,
    expired,
    given,
    held,
    on_sale_with_time_to_pay,
    paid_too_late,
    pay,
    sales_closed,
    ticket,
)
from tests.domain.show.words_of_change import (
    allotment,
    allotted,
    called_off,
    named,
    opened,
    released,
    replaced,
)

LATE = NOON + WINDOW + SECOND
EQUAL = Rules(late_payment="equal_places")
GONE = [
    *on_sale_with_time_to_pay(STANDARD, VIP, rules=EQUAL), held("Box/1/L", offer=VIP),
    expired(at=LATE), booked("Box/1/L", booking="b2", offer=VIP, at=LATE, customer=BEN),
]  # fmt: skip
OTHER = replaced(ticket("b1", 1, "Box/1/R", VIP), at=LATE)


def test_where_the_same_places_are_gone_equal_ones_of_the_type_are_taken() -> None:
    after = given(GONE).when(pay(9000, at=LATE)).then(OTHER, confirmed(at=LATE, paid=9000)).state
    assert after.places.free["Box"] == 0
    assert after.stock.sold["vip"] == 2


def test_the_same_places_come_before_equal_ones() -> None:
    given(GONE[:-1]).when(pay(9000, at=LATE)).then(confirmed(at=LATE, paid=9000))


def test_where_no_equal_place_is_left_the_money_is_recorded() -> None:
    full = [*GONE, booked("Box/1/R", booking="b3", offer=VIP, at=LATE, customer=BEN)]
    given(full).when(pay(9000, at=LATE)).then(paid_too_late(at=LATE, paid=9000))


def test_without_the_rule_only_the_same_places_do() -> None:
    plain = [*on_sale_with_time_to_pay(STANDARD, VIP), *GONE[2:]]
    given(plain).when(pay(9000, at=LATE)).then(paid_too_late(at=LATE, paid=9000))


def test_a_ticket_keeps_its_holder_its_code_and_its_price_in_another_place() -> None:
    dearer = replace(VIP, price=eur(9900))
    from domain.show.facts import OfferChanged

    history = [*GONE[:3], named("b1-1", "Clara"), *GONE[3:], OfferChanged(SHOW, dearer, LATE)]
    other = replace(ticket("b1", 1, "Box/1/R", VIP), holder="Clara")
    given(history).when(pay(9000, at=LATE)).then(replaced(other, at=LATE), confirmed(at=LATE, paid=9000))


def test_a_place_out_of_an_allotment_is_replaced_by_one_of_general_sale() -> None:
    kept = allotment("Box/1/L")
    from_it = replace(held("Box/1/L", offer=VIP), tickets=(ticket("b1", 1, "Box/1/L", VIP, "a1"),))
    history = [
        *on_sale_with_time_to_pay(STANDARD, VIP, rules=EQUAL), allotted(kept), from_it, expired(at=LATE),
        released(at=LATE), booked("Box/1/L", booking="b2", offer=VIP, at=LATE, customer=BEN),
    ]  # fmt: skip
    given(history).when(pay(9000, at=LATE)).then(OTHER, confirmed(at=LATE, paid=9000))


def test_nothing_to_pay_gets_no_equal_places() -> None:
    history = [
        *on_sale_with_time_to_pay(FREE, rules=EQUAL), held("Box/1/L", offer=FREE),
        expired(at=LATE), booked("Box/1/L", booking="b2", offer=FREE, at=LATE),
    ]  # fmt: skip
    given(history).when(pay(None, at=LATE)).refuses(BookingIsExpired("b1", NOON + WINDOW))


def test_equal_places_are_given_also_when_sales_have_closed() -> None:
    given(GONE, sales_closed()).when(pay(9000, at=LATE)).then(OTHER, confirmed(at=LATE, paid=9000))


def test_a_cancelled_show_gives_no_places_for_late_money() -> None:
    given(GONE, called_off(at=LATE)).when(pay(9000, at=LATE)).then(paid_too_late(at=LATE, paid=9000))
    given(GONE[:-1], called_off(at=LATE)).when(pay(9000, at=LATE)).then(paid_too_late(at=LATE, paid=9000))


def test_a_show_that_is_over_gives_no_places_for_late_money() -> None:
    free_again = GONE[:-1]
    given(free_again).when(pay(9000, at=STARTS)).then(paid_too_late(at=STARTS, paid=9000))
    given(GONE).when(pay(9000, at=STARTS)).then(paid_too_late(at=STARTS, paid=9000))


def test_late_money_cannot_pass_the_limit_per_customer() -> None:
    """The hold runs out, the customer books as many as allowed, and then pays for the hold."""
    rules = Rules(max_per_customer=1, late_payment="equal_places")
    history = [
        *on_sale_with_time_to_pay(rules=rules), held("Box/1/L"),
        expired(at=LATE), held("Box/1/R", booking="b2", at=LATE),
    ]  # fmt: skip
    given(history).when(pay(at=LATE)).then(paid_too_late(at=LATE))


def test_late_money_cannot_pass_a_shared_quota() -> None:
    shared = Rules(late_payment="equal_places", shared_quotas=(SharedQuota("both", ("standard", "vip"), 1),))
    history = [
        *on_sale_with_time_to_pay(STANDARD, VIP, rules=shared), held("Box/1/L"),
        expired(at=LATE), held("Box/1/R", booking="b2", offer=VIP, at=LATE),
    ]  # fmt: skip
    given(history).when(pay(at=LATE)).then(paid_too_late(at=LATE))


def test_no_ordinary_seat_is_equal_to_a_wheelchair_place() -> None:
    plan = SeatingPlan((Section("Stalls", (Row("A", 10, accessible=("1",), companions=("2",)),)),))
    for lost in ("Stalls/A/1", "Stalls/A/2"):
        history = [
            *on_sale_with_time_to_pay(plan=plan, rules=EQUAL), held(lost),
            expired(at=LATE), booked(lost, booking="b2", at=LATE),
        ]  # fmt: skip
        given(history).when(pay(at=LATE)).then(paid_too_late(at=LATE))


def test_late_money_that_takes_the_last_places_lets_in_who_waits_for_that() -> None:
    one, waiting = Offer("one", "One", eur(2000), quota=1), Offer("wait", "W", eur(1), opens_after="one")
    history = [*on_sale_with_time_to_pay(one, waiting), held("Box/1/L", offer=one), expired(at=LATE)]
    given(history).when(pay(at=LATE)).then(confirmed(at=LATE), opened("wait", at=LATE))


PAID = confirmed(at=LATE, paid=2000)
LOST = [held("Stalls/A/1"), expired(at=LATE)]


def test_a_place_that_an_allotment_keeps_by_now_is_not_had_again() -> None:
    kept = allotted(allotment("Stalls/A/1", id="a9"), at=LATE)
    given(on_sale_with_time_to_pay(), LOST, kept).when(pay(at=LATE)).then(paid_too_late(at=LATE))


def test_a_place_in_an_area_that_is_no_more_is_not_had_again() -> None:
    gone = ShowPlanChanged(SHOW, SeatingPlan(HOUSE.sections), LATE)
    given(on_sale_with_time_to_pay(), held("Floor"), expired(at=LATE), gone).when(pay(at=LATE)).then(
        paid_too_late(at=LATE)
    )


def test_a_ticket_of_a_type_that_was_withdrawn_is_still_had_for_late_money() -> None:
    withdrawn = OfferWithdrawn(SHOW, STANDARD.id, LATE)
    given(on_sale_with_time_to_pay(STANDARD, VIP), LOST, withdrawn).when(pay(at=LATE)).then(PAID)


def test_late_money_fills_a_shared_quota_to_the_last_ticket_and_not_beyond() -> None:
    shared = Rules(shared_quotas=(SharedQuota("few", ("standard", "vip"), 2),))
    here = [*on_sale_with_time_to_pay(STANDARD, VIP, rules=shared), *LOST]
    one = booked("Box/1/L", booking="b2", offer=VIP, at=LATE, customer=BEN)
    two = booked("Box/1/R", booking="b3", offer=VIP, at=LATE, customer=BEN)
    given(here, one).when(pay(at=LATE)).then(PAID)
    given(here, one, two).when(pay(at=LATE)).then(paid_too_late(at=LATE))


def test_a_shared_quota_that_is_more_than_used_up_is_no_matter_of_other_types() -> None:
    shared = Rules(shared_quotas=(SharedQuota("none", ("vip",), 0),))
    sold = booked("Box/1/L", booking="b2", offer=VIP, at=LATE, customer=BEN)
    given(on_sale_with_time_to_pay(STANDARD, VIP, rules=shared), LOST, sold).when(pay(at=LATE)).then(PAID)


def test_what_is_paid_has_no_end_any_more() -> None:
    paid = given(on_sale_with_time_to_pay(), held("Stalls/A/1")).when(pay()).then(confirmed()).state
    assert paid.bookings["b1"].expires_at is None
