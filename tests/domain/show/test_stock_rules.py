"""Quotas that types share, types that wait for another to sell out, and the limits per customer."""

import pytest

from domain.personal import Person
from domain.show.commands import ChangeShow
from domain.show.facts import ShowFact
from domain.show.offer import Offer
from domain.show.refusals import BadOffer, CustomerLimitReached, HoldLimitReached, SalesNotOpen, SoldOut
from domain.show.rules import Rules, SharedQuota
from tests.domain.show.words import (
    BEN,
    FREE,
    NOON,
    SECOND,
    SHOW,
    STANDARD,
    VIP,
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
    payment,
    places,
    seats,
)
from tests.domain.show.words_of_change import allotment, allotted, opened

CHILD, OLD = Offer("child", "Child", eur(500)), Offer("old", "Old", eur(700))
SHARED = Rules(shared_quotas=(SharedQuota("reduced", ("child", "old"), 3),))
REDUCED = on_sale(CHILD, OLD, rules=SHARED)


def test_types_that_share_a_quota_use_it_up_together() -> None:
    house = given(REDUCED, booked("Floor", "Floor", booking="b0", offer=CHILD))
    house.when(book(places(2, "old"))).refuses(SoldOut("old", 2, 1))
    house.when(book(seats("Box/1/L", type="old"))).then(booked("Box/1/L", offer=OLD))


def test_one_booking_of_both_cannot_pass_the_shared_quota() -> None:
    given(REDUCED).when(book(places(2, "child"), places(2, "old"))).refuses(SoldOut("old", 2, 1))


def test_what_is_returned_is_in_the_shared_quota_again() -> None:
    history = [
        *REDUCED, booked("Floor", "Floor", "Floor", booking="b0", offer=CHILD),
        cancelled("b0-1", booking="b0", refund=500),
    ]  # fmt: skip
    given(history).when(book(seats("Box/1/L", type="old"))).then(booked("Box/1/L", offer=OLD))


def test_a_shared_quota_names_types_that_are_on_offer_by_id_or_name_and_each_once() -> None:
    both = Rules(shared_quotas=(SharedQuota("r", ("Child", "child", "Old"), 9),))
    change = ChangeShow(SHOW, NOON, rules=both, rule_names=("shared_quotas",))
    after = given(on_sale(CHILD, OLD)).when(change)
    from domain.show.decide import decide

    (fact,) = decide(change, given(on_sale(CHILD, OLD)).state)
    assert fact.rules.shared_quotas == (SharedQuota("r", ("child", "old"), 9),)  # type: ignore[union-attr]
    after.then(fact)
    wrong = Rules(shared_quotas=(SharedQuota("r", ("nobody",), 9),))
    given(on_sale(CHILD)).when(ChangeShow(SHOW, NOON, rules=wrong, rule_names=("shared_quotas",))).refuses(
        BadOffer("The shared quota r names ticket types that are not on offer.")
    )


LATE = Offer("late", "Late", eur(2500), opens_after="vip")
WAITING = on_sale(VIP, LATE)


def test_a_type_opens_when_the_one_before_it_has_sold_out() -> None:
    given(WAITING, booked("Box/1/L", offer=VIP)).when(book(places(1, "late"), booking="b2")).refuses(
        SalesNotOpen("late", opens_after="vip")
    )
    sold = (
        given(WAITING)
        .when(book(places(2, "vip")))
        .then(booked("Box/1/L", "Box/1/R", offer=VIP), opened("late"))
    )
    sold.when(book(seats("Stalls/A/1", type="late"), booking="b2")).then(
        booked("Stalls/A/1", booking="b2", offer=LATE)
    )


def test_once_open_it_stays_open_when_places_come_back() -> None:
    history = [
        *WAITING, booked("Box/1/L", "Box/1/R", offer=VIP), opened("late"), cancelled("b1-1", refund=9000),
    ]  # fmt: skip
    given(history).when(book(seats("Stalls/A/1", type="late"), booking="b2")).then(
        booked("Stalls/A/1", booking="b2", offer=LATE)
    )


def test_a_hold_that_sells_out_opens_it_too() -> None:
    history = on_sale_with_time_to_pay(VIP, LATE)
    given(history).when(book(places(2, "vip"))).then(held("Box/1/L", "Box/1/R", offer=VIP), opened("late"))
    assert given(history, held("Box/1/L", offer=VIP), expired(at=NOON + WINDOW + SECOND)).state.opened == {}


def test_another_types_sale_in_its_sections_does_not_open_what_waits_before_it_is_sold_out() -> None:
    """Ten places, a quota of three: five places sold otherwise leave all three."""
    first = Offer("first", "First", eur(1), sections=("Floor",), quota=3)
    other = Offer("other", "Other", eur(1), sections=("Floor",))
    waits = Offer("waits", "Waits", eur(1), opens_after="first")
    given(on_sale(first, other, waits)).when(book(places(5, "other"))).then(
        booked(*["Floor"] * 5, offer=other)
    )
    given(on_sale(first, other, waits)).when(book(places(18, "other"))).then(
        booked(*["Floor"] * 18, offer=other)
    )
    given(on_sale(first, other, waits)).when(book(places(20, "other"))).then(
        booked(*["Floor"] * 20, offer=other), opened("waits")
    )


def test_a_shared_quota_used_up_by_the_other_type_opens_what_waits() -> None:
    waits = Offer("waits", "Waits", eur(1), opens_after="child")
    three = [("Stalls/A/1", OLD), ("Stalls/A/2", OLD), ("Stalls/A/3", OLD)]
    given(on_sale(CHILD, OLD, waits, rules=SHARED)).when(
        book(seats("Stalls/A/1", "Stalls/A/2", "Stalls/A/3", type="old"))
    ).then(booked(*three), opened("waits"))


def test_a_sale_out_of_an_allotment_takes_none_of_the_general_places() -> None:
    history = [*WAITING, allotted(allotment("Box/1/L"))]
    fact = booked("Box/1/L", offer=VIP)
    from msgspec.structs import replace

    sold = replace(fact, tickets=(replace(fact.tickets[0], allotment_id="a1"),))
    given(history).when(book(seats("Box/1/L", type="vip"), allotment="a1")).then(sold)


def test_types_cannot_wait_for_themselves_for_nobody_or_for_each_other() -> None:
    from tests.domain.show.words_of_change import offer

    waiting = "can only open after another ticket type of the event."
    for after in ("child", "nobody"):
        given(on_sale(CHILD)).when(offer(Offer("child", "Child", eur(1), opens_after=after))).refuses(
            BadOffer(f"Child {waiting}")
        )
    history = on_sale(CHILD, Offer("old", "Old", eur(7), opens_after="child"))
    given(history).when(offer(Offer("child", "Child", eur(1), opens_after="Old"))).refuses(
        BadOffer("Old would never open: it waits for types that wait for each other.")
    )


LIMITED = on_sale(rules=Rules(max_per_customer=3))


def test_the_limit_per_customer_counts_over_all_their_bookings() -> None:
    two = [*LIMITED, booked("Floor", "Floor", booking="b0")]
    given(two).when(book(places(2))).refuses(CustomerLimitReached(2, 2, 3))
    given(two).when(book("Box/1/L")).then(booked("Box/1/L"))
    given(two).when(book("Box/1/L", "Box/1/R", customer=BEN)).then(booked("Box/1/L", "Box/1/R", customer=BEN))


def test_what_is_cancelled_or_expired_does_not_count_for_the_customer() -> None:
    given(LIMITED, booked("Floor", "Floor", booking="b0"), cancelled("b0-1", booking="b0")).when(
        book("Box/1/L", "Box/1/R")
    ).then(booked("Box/1/L", "Box/1/R"))


HOARDED = on_sale(window=WINDOW, rules=Rules(max_holds_per_customer=2))
TWO_HOLDS = [held("Floor", booking="h1"), held("Floor", booking="h2")]


def test_nobody_holds_more_bookings_unpaid_than_the_show_allows() -> None:
    given(HOARDED, TWO_HOLDS).when(book(places(1))).refuses(HoldLimitReached(2, 2))
    given(HOARDED, TWO_HOLDS).when(book("Box/1/L", customer=BEN)).then(held("Box/1/L", customer=BEN))


@pytest.mark.parametrize(
    "ended",
    [
        confirmed(booking="h1"),
        cancelled("h1-1", booking="h1"),
        expired(booking="h1"),
    ],
)
def test_a_hold_that_was_paid_given_back_or_has_expired_does_not_count(ended: ShowFact) -> None:
    given(HOARDED, TWO_HOLDS, [ended]).when(book("Box/1/L")).then(held("Box/1/L"))


def test_what_is_paid_at_once_is_no_hold() -> None:
    paid = payment(reference="desk")
    given(HOARDED, TWO_HOLDS).when(book("Box/1/L", paid=paid)).then(booked("Box/1/L", paid=paid))


def test_somebody_without_an_account_is_known_by_the_address_in_any_case() -> None:
    guest, again = Person("G", "Guest@Example.org"), Person("Guest", "guest@example.org")
    given(LIMITED, booked("Floor", "Floor", booking="b0", customer=guest)).when(
        book(places(2), customer=again)
    ).refuses(CustomerLimitReached(2, 2, 3))


def test_of_a_shared_quota_it_is_said_how_many_the_last_type_could_have() -> None:
    third = Offer("third", "Third", eur(100))
    here = on_sale(
        STANDARD,
        FREE,
        third,
        rules=Rules(shared_quotas=(SharedQuota("few", ("standard", "free", "third"), 3),)),
    )
    given(here).when(book(places(3, "standard"), places(1, "free"))).refuses(SoldOut("free", 1, 0))
    given(here).when(book(places(1, "standard"), places(2, "free"), places(2, "third"))).refuses(
        SoldOut("third", 2, 0)
    )
    given(here).when(book(places(1, "standard"), places(1, "free"), places(2, "third"))).refuses(
        SoldOut("third", 2, 1)
    )


def test_a_customer_is_one_by_the_contact_and_guests_are_by_their_addresses() -> None:
    here = on_sale(rules=Rules(max_per_customer=1))
    account, guest = Person("A", "a", "anna", "p1", "c1"), Person("A", "b", None, "p2", "c1")
    given(here, booked("Floor", customer=account)).when(
        book(places(1), booking="b2", customer=guest)
    ).refuses(CustomerLimitReached(1, 1, 1))
    some, other = Person("S", "s@example.org"), Person("O", "o@example.org")
    given(here, booked("Floor", customer=some)).when(book("Stalls/A/1", booking="b2", customer=other)).then(
        booked("Stalls/A/1", booking="b2", customer=other)
    )
