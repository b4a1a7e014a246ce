"""Each refusal names the facts that caused it."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from audit_api.causes.again import Asked, VersionMismatch, decide_again
from audit_api.causes.aggregates import AGGREGATES
from audit_api.causes.explained import EXPLAINED
from audit_api.causes.folded import Folded
from command_api.refused import _PROBLEMS
from domain.refusal import Refusal
from domain.seating_plan import Area, SeatingPlan
from domain.show import refusals as no
from domain.show.commands import ChangeShow
from domain.show.offer import Offer
from domain.show.rules import Rules, SharedQuota
from tests.audit_api.causes.asking import recorded, refused
from tests.domain.show.words import (
    BEN,
    DAY,
    FREE,
    NOON,
    STANDARD,
    VIP,
    WINDOW,
    book,
    booked,
    cancel,
    cancelled,
    confirmed,
    eur,
    expired,
    held,
    on_sale,
    on_sale_with_time_to_pay,
    paid_too_late,
    pay,
    places,
    sales_closed,
    scheduled,
    ticket,
)
from tests.domain.show.words_of_change import (
    allot,
    allotment,
    allotted,
    called_off,
    delete,
    deleted,
    exchange,
    extend,
    offer,
    release,
    released,
    transfer,
    withdraw,
)


def every_refusal(of: type[Refusal] = Refusal) -> set[type[Refusal]]:
    return {of, *(each for sub in of.__subclasses__() for each in every_refusal(sub))} - {Refusal}


def test_every_refusal_there_is_has_an_explanation() -> None:
    assert set(EXPLAINED) == every_refusal()
    assert set(EXPLAINED) - {VersionMismatch} == set(_PROBLEMS)


LIMITED = Offer("few", "Few", eur(500), quota=3, max_per_booking=2)
SOON = Offer("soon", "Soon", eur(500), sales_from=NOON + DAY)
PAST = Offer("past", "Past", eur(500), sales_until=NOON - DAY)
NEXT = Offer("next", "Next", eur(500), opens_after="standard")
SMALL = SeatingPlan(areas=(Area("Floor", 3),))
HELD = [*on_sale_with_time_to_pay(), held("Stalls/A/1")]

CASES: list[tuple[list[Any], Any, type[Refusal], dict[str, str | None]]] = [
    ([*on_sale(), called_off()], book(places(1)), no.ShowIsCancelled, {"status": "ShowCancelled"}),
    ([*on_sale(), sales_closed()], book(places(1)), no.SalesAreClosed, {"status": "SalesClosed"}),
    ([scheduled()], book(places(1)), no.NotOnSale, {"status": "ShowScheduled"}),
    (on_sale(), book(places(1), at=NOON + 40 * DAY), no.ShowIsOver,
     {"starts_at": "ShowScheduled", "ends_at": "ShowScheduled"}),
    (on_sale(SOON), book(places(1)), no.SalesNotOpen, {"offers.soon": "ShowScheduled"}),
    (on_sale(PAST), book(places(1)), no.SalesAreClosed, {"offers.past": "ShowScheduled"}),
    (on_sale(STANDARD, NEXT), book(places(1, "next")), no.SalesNotOpen,
     {"offers.next": "ShowScheduled", "offers.standard": "ShowScheduled", "opened.next": None}),
    ([*on_sale(), deleted()], book(places(1)), no.ShowNotFound, {"status": "ShowDeleted"}),
    ([], book(places(1)), no.ShowNotFound, {"status": None}),
    (on_sale(STANDARD, VIP), book(places(1)), no.TicketTypeRequired, {"offers.vip": "ShowScheduled"}),
    (on_sale(), book(places(1, "gold")), no.TicketTypeNotOffered,
     {"offers.gold": None, "offers.standard": "ShowScheduled"}),
    (on_sale(LIMITED), book(places(3)), no.AboveMaximum, {"offers.few": "ShowScheduled"}),
    (on_sale(rules=Rules(no_single_seats=True)), book("Stalls/A/2"), no.SingleSeatLeft,
     {"rules.no_single_seats": "ShowScheduled"}),
    (on_sale(VIP), book("Stalls/A/2"), no.SeatsNotInTicketType,
     {"offers.vip": "ShowScheduled", "plan.Stalls": "ShowScheduled"}),
    (on_sale(), book("Stalls/A/99"), no.SeatsUnknown, {"plan.Stalls": "ShowScheduled"}),
    (on_sale(), book("Stalls/A/1", "Stalls/A/1"), no.SeatsNamedTwice, {}),
    (on_sale(), cancel(booking="b9"), no.BookingNotFound, {}),
    ([*HELD, cancelled("b1-1")], cancel(), no.BookingAlreadyCancelled,
     {"status": "BookingCancelled", "tickets.b1-1.status": "BookingCancelled", "tickets.b1-1.seat": "SeatsHeld"}),
    (HELD, extend(at=NOON + 2 * WINDOW), no.BookingIsExpired,
     {"status": "BookingExpired", "expires_at": "BookingExpired"}),
    (HELD, extend(9_000), no.HoldTooLong,
     {"created_at": "SeatsHeld", "rules.hold_seconds_max": "ShowScheduled",
      "payment_window_seconds": "ShowScheduled"}),
    ([*HELD, confirmed()], extend(), no.BookingNotPending, {"status": "BookingConfirmed"}),
    (HELD, transfer(), no.BookingNotConfirmed, {"status": "SeatsHeld"}),
    (HELD, pay(None), no.PaymentRequired, {"total": "SeatsHeld", "status": "SeatsHeld"}),
    (HELD, pay(1), no.PaymentAmountWrong, {"total": "SeatsHeld"}),
    ([*HELD, confirmed()], cancel(refund=9_000), no.RefundTooHigh,
     {"paid": "BookingConfirmed", "refund": "SeatsHeld", "payment": "BookingConfirmed"}),
    ([*HELD, cancelled("b1-1"), paid_too_late()], pay(), no.PaymentTooLate,
     {"status": "BookingCancelled", "unwanted_payments": "PaymentCameTooLate"}),
    (HELD, cancel("b1-9"), no.TicketsNotInBooking, {"tickets.b1-1.id": "SeatsHeld"}),
    ([*on_sale(), booked("Stalls/A/1", "Stalls/A/2"), cancelled("b1-1")], cancel("b1-1"),
     no.TicketsAlreadyCancelled,
     {"tickets.b1-1.status": "BookingCancelled", "tickets.b1-2.status": "SeatsBooked"}),
    ([*on_sale(), allotted(allotment("Stalls/A/1")), released()], release(), no.AllotmentNotFound,
     {"allotments.a1": "AllotmentReleased"}),
    ([*on_sale(), allotted(allotment("Stalls/A/1"))], allot(allotment("Stalls/A/2")),
     no.AllotmentAlreadyMade, {"allotments.a1": "SeatsAllotted"}),
    ([*on_sale(), booked("Stalls/A/1")], delete(), no.ShowHasBookings, {"bookings.b1": "SeatsBooked"}),
    (on_sale(), offer(Offer("other", "Other", eur(1), sections=("Nowhere",))), no.BadOffer,
     {"offers.standard": "ShowScheduled", "plan.Stalls": "ShowScheduled"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "command", "refusal", "because"), CASES, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_refusal_names_the_facts_that_set_what_the_decision_looked_at(
    facts: list[Any], command: Any, refusal: type[Refusal], because: dict[str, str | None]
) -> None:
    why = refused(facts, command)
    assert type(why.reason) is refusal
    assert {field: why.names(field) for field in because} == because
    assert why.cause.sentence


def test_sold_out_adds_up_what_is_sold_held_and_kept_back() -> None:
    house = on_sale_with_time_to_pay(plan=SeatingPlan(areas=(Area("Floor", 10),)))
    kept = allotment(floor=3)
    facts = [
        *house, allotted(kept), held("Floor", "Floor"), held("Floor", "Floor", "Floor", booking="b2"),
        confirmed("b2", paid=6000),
    ]  # fmt: skip
    why = refused(facts, book(places(3), booking="b3"))
    assert isinstance(why.reason, no.SoldOut)
    (bound,) = why.cause.bounds
    assert (bound.kind, bound.limit, bound.left) == ("places", 10, 2)
    assert [bound.places(kind) for kind in ("sold", "held", "kept-back")] == [3, 2, 3]
    assert why.standing() == [
        ("kept-back", 3, "SeatsAllotted"),
        ("held", 2, "SeatsHeld"),
        ("sold", 3, "SeatsHeld"),
    ]


def test_what_has_run_out_or_been_given_back_counts_no_more() -> None:
    house = on_sale_with_time_to_pay(plan=SMALL)
    facts = [
        *house, held("Floor"), held("Floor", booking="b2"), cancelled("b2-1", booking="b2"),
        booked("Floor", "Floor", booking="b3"),
    ]  # fmt: skip
    why = refused(facts, book(places(2), booking="b4", at=NOON + 2 * WINDOW))
    assert why.standing() == [("sold", 2, "SeatsBooked")]
    assert type(why.facts[-1]).__name__ == "BookingExpired"


def test_the_tightest_limit_comes_first() -> None:
    shared = Rules(shared_quotas=(SharedQuota("both", ("few", "free"), 4),))
    facts = [*on_sale(LIMITED, FREE, rules=shared), booked("Floor", "Floor", offer=FREE)]
    why = refused(
        [*facts, booked("Floor", "Floor", offer=LIMITED, booking="b2")], book(places(1, "few"), booking="b3")
    )
    assert [(each.kind, each.limit, each.left) for each in why.cause.bounds] == [
        ("shared-quota", 4, 0), ("quota", 3, 1), ("places", 42, 38),
    ]  # fmt: skip
    assert why.standing() == [("sold", 2, "SeatsBooked"), ("sold", 2, "SeatsBooked")]


def test_an_exchange_is_explained_without_what_it_gives_back() -> None:
    facts = [*on_sale(plan=SMALL), booked("Floor"), booked("Floor", booking="b2")]
    why = refused(facts, exchange("b1-1", to=(places(3),)))
    (bound,) = why.cause.bounds
    assert (bound.limit, bound.left, why.standing()) == (3, 2, [("sold", 1, "SeatsBooked")])


def test_out_of_an_allotment_what_it_has_left_counts() -> None:
    facts = [*on_sale(), allotted(allotment("Stalls/A/1", "Stalls/A/2"))]
    from_it = (ticket("b1", 1, "Stalls/A/1", allotment="a1"),)
    sold = replace(booked("Stalls/A/1"), tickets=from_it)
    why = refused([*facts, sold], book(places(2), booking="b2", allotment="a1"))
    bound = why.cause.bounds[0]
    assert (bound.kind, bound.limit, bound.left, why.standing()) == (
        "allotment",
        2,
        1,
        [("sold", 1, "SeatsBooked")],
    )
    assert [each.field for each in bound.set_by] == ["allotments.a1"]


def test_seats_that_are_taken_name_who_has_them_and_since_when() -> None:
    kept = allotment("Stalls/A/3")
    facts = [
        *on_sale_with_time_to_pay(),
        allotted(kept),
        held("Stalls/A/1"),
        booked("Stalls/A/2", booking="b2"),
    ]
    why = refused(facts, book("Stalls/A/1", "Stalls/A/2", "Stalls/A/3", "Stalls/A/4", booking="b3"))
    assert [(each.seat, each.state, each.booking_id, each.allotment_id) for each in why.cause.seats] == [
        ("Stalls/A/1", "held", "b1", None),
        ("Stalls/A/2", "sold", "b2", None),
        ("Stalls/A/3", "kept-back", None, "a1"),
    ]
    names = [type(why.facts[each.version - 1]).__name__ for each in why.cause.seats if each.version]
    assert names == ["SeatsHeld", "SeatsBooked", "SeatsAllotted"]


def test_a_limit_per_customer_names_what_they_have() -> None:
    facts = [
        *on_sale(rules=Rules(max_per_customer=2)),
        booked("Stalls/A/1"),
        booked("Stalls/A/2", booking="b2", customer=BEN),
    ]
    why = refused(facts, book(places(2), booking="b3"))
    (bound,) = why.cause.bounds
    assert isinstance(why.reason, no.CustomerLimitReached)
    assert (bound.limit, bound.left, [each.booking_id for each in bound.standing]) == (2, 1, ["b1"])


def test_a_limit_of_holds_names_the_holds() -> None:
    rules = Rules(max_holds_per_customer=1)
    facts = [*on_sale_with_time_to_pay(rules=rules), held("Stalls/A/1", "Stalls/A/2")]
    why = refused(facts, book(places(2), booking="b3"))
    assert isinstance(why.reason, no.HoldLimitReached)
    assert why.standing() == [("held", 1, "SeatsHeld")]


def test_a_plan_that_lacks_places_names_who_has_them() -> None:
    facts = [*on_sale(), booked("Stalls/A/1"), booked("Floor", "Floor", booking="b2")]
    why = refused(facts, ChangeShow("show-1", NOON, plan=SeatingPlan(areas=(Area("Floor", 1),))))
    assert isinstance(why.reason, no.PlacesInUse)
    assert [(each.seat, each.booking_id) for each in why.cause.seats] == [("Stalls/A/1", "b1")]
    assert why.standing() == [("sold", 2, "SeatsBooked")]


def test_an_area_without_room_names_who_has_it() -> None:
    facts = [*on_sale(plan=SMALL), booked("Floor", "Floor")]
    why = refused(facts, allot(allotment(floor=2)))
    assert isinstance(why.reason, no.NotEnoughPlaces)
    assert why.standing() == [("sold", 2, "SeatsBooked")]


def test_a_type_that_is_sold_names_its_tickets() -> None:
    why = refused([*on_sale(STANDARD, VIP), booked("Box/1/L", offer=VIP)], withdraw("vip"))
    assert isinstance(why.reason, no.TicketTypeInUse)
    assert why.standing() == [("sold", 1, "SeatsBooked")]


def test_whoever_is_not_told_of_anothers_booking_can_be_told_whose_it_is() -> None:
    why = refused(HELD, cancel(), by="ben", said=no.BookingNotFound)
    assert why.names("customer.id") == "SeatsHeld"


def test_an_auditor_sees_a_payment_taken_again_after_the_hold() -> None:
    """Paid late, its places stand since the payment and not since the hold."""
    house = on_sale_with_time_to_pay(plan=SMALL)
    late = NOON + 2 * WINDOW
    facts = [*house, held("Floor", "Floor"), expired(at=late), confirmed(at=late, paid=4000)]
    why = refused(facts, book(places(2), booking="b2", at=late + timedelta(minutes=1)))
    assert why.standing() == [("sold", 2, "BookingConfirmed")]


def test_a_quota_refuses_before_anybody_looks_for_the_allotment() -> None:
    facts = [*on_sale(LIMITED), booked("Floor", "Floor", offer=LIMITED)]
    why = refused(facts, book(places(2), booking="b2", allotment="a9"))
    assert isinstance(why.reason, no.SoldOut)
    assert [(each.kind, each.left) for each in why.cause.bounds] == [("quota", 1)]


def test_a_transfer_whose_codes_were_not_kept_is_decided_again_like_any_other() -> None:
    folded = Folded(AGGREGATES["show"], "b1")
    folded.fold(recorded([*on_sale(), booked("Stalls/A/1")]))
    asked = replace(transfer(), fresh_codes=())
    assert decide_again(folded, Asked(asked, "anna"), no.BookingNotConfirmed) is None
