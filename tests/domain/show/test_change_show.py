"""ChangeShow, RescheduleShow, offers and sales: what an organiser may change, and what stands for who has booked."""

import pytest
from msgspec.structs import replace

from domain.money import Money
from domain.refusal import Refusal
from domain.seating_plan import Area, Row, SeatingPlan, Section, general_admission
from domain.show.commands import ChangeShow, ShowCommand
from domain.show.facts import (
    OfferChanged,
    OfferWithdrawn,
    ShowDetailsChanged,
    ShowPlanChanged,
    ShowRescheduled,
    TicketTypeOffered,
)
from domain.show.offer import Offer
from domain.show.refusals import (
    BadOffer,
    NotOnSale,
    PlacesInUse,
    ShowIsCancelled,
    ShowIsOver,
    TicketTypeInUse,
    TicketTypeNotOffered,
)
from domain.show.rules import Rules
from tests.domain.show.words import (
    DAY,
    FREE,
    HOUSE,
    NOON,
    SHOW,
    STANDARD,
    STARTS,
    VIP,
    book,
    booked,
    cancelled,
    close_sales,
    eur,
    expired,
    given,
    held,
    on_sale,
    sales_closed,
    scheduled,
)
from tests.domain.show.words_of_change import (
    allotment,
    allotted,
    called_off,
    offer,
    reopen,
    reopened,
    reschedule,
    withdraw,
)

GROWN = SeatingPlan((*HOUSE.sections, Section("Balcony", (Row("A", 5),))), (Area("Floor", 30),))


def test_only_what_is_given_changes() -> None:
    after = (
        given(on_sale())
        .when(ChangeShow(SHOW, NOON, name="Tosca!"))
        .then(ShowDetailsChanged(SHOW, "Tosca!", NOON))
    )
    after.when(ChangeShow(SHOW, NOON, name="Tosca!")).then()
    limited = ChangeShow(
        SHOW, NOON, rules=Rules(max_per_customer=2, no_single_seats=True), rule_names=("max_per_customer",)
    )
    after.when(limited).then(ShowDetailsChanged(SHOW, "Tosca!", NOON, rules=Rules(max_per_customer=2)))


def test_a_payment_window_comes_and_goes_without_touching_what_is_held() -> None:
    given(on_sale()).when(ChangeShow(SHOW, NOON, payment_window_seconds=60)).then(
        ShowDetailsChanged(SHOW, "Tosca", NOON, payment_window_seconds=60)
    ).when(ChangeShow(SHOW, NOON, no_payment_window=True)).then(ShowDetailsChanged(SHOW, "Tosca", NOON))


def test_a_plan_grows_and_everybody_keeps_their_place() -> None:
    history = [*on_sale(), booked("Stalls/A/1", "Floor"), allotted(allotment("Box/1/L", floor=2))]
    after = (
        given(history).when(ChangeShow(SHOW, NOON, plan=GROWN)).then(ShowPlanChanged(SHOW, GROWN, NOON)).state
    )
    assert after.places.free == {"Stalls": 19, "Box": 1, "Balcony": 5, "Floor": 27}
    assert not after.places.is_free("Stalls/A/1")
    assert after.places.allotted == {"Box/1/L": "a1"}


def test_a_plan_shrinks_to_what_is_in_use_and_not_below() -> None:
    small = SeatingPlan((Section("Stalls", (Row("A", 2),)),), (Area("Floor", 3),))
    history = [*on_sale(), booked("Stalls/A/1", "Floor"), allotted(allotment("Stalls/A/2", floor=2))]
    given(history).when(ChangeShow(SHOW, NOON, plan=small)).then(ShowPlanChanged(SHOW, small, NOON))
    more = [*history, booked("Stalls/B/1", "Floor", "Floor", booking="b2")]
    given(more).when(ChangeShow(SHOW, NOON, plan=small)).refuses(PlacesInUse(("Stalls/B/1",), {"Floor": 2}))


def test_a_capacity_alone_is_for_a_house_of_one_area() -> None:
    hall = [*on_sale(plan=general_admission(5, "Hall")), booked("Hall", "Hall")]
    given(hall).when(ChangeShow(SHOW, NOON, capacity=2)).then(
        ShowPlanChanged(SHOW, general_admission(2, "Hall"), NOON)
    )
    given(hall).when(ChangeShow(SHOW, NOON, capacity=1)).refuses(PlacesInUse((), {"Hall": 1}))
    given(on_sale()).when(ChangeShow(SHOW, NOON, capacity=9)).refuses(
        BadOffer("A capacity alone is for an event of one general-admission area: give a seating plan.")
    )


def test_a_plan_must_have_the_sections_that_are_on_offer() -> None:
    given(on_sale(STANDARD, VIP)).when(ChangeShow(SHOW, NOON, plan=general_admission(50))).refuses(
        BadOffer("VIP names sections that the plan does not have: Box.")
    )


def test_a_show_moves_and_the_same_instant_said_otherwise_changes_nothing() -> None:
    from datetime import timedelta, timezone

    after = (
        given(on_sale(), booked("Box/1/L"))
        .when(reschedule(STARTS + DAY))
        .then(ShowRescheduled(SHOW, STARTS + DAY, NOON))
    )
    assert not after.state.places.is_free("Box/1/L")
    elsewhere = (STARTS + DAY).astimezone(timezone(timedelta(hours=9)))
    after.when(reschedule(elsewhere)).then()
    after.when(ChangeShow(SHOW, NOON, starts_at=elsewhere)).then()
    after.when(reschedule(STARTS, STARTS)).refuses(BadOffer("It must end after it starts."))
    after.when(ChangeShow(SHOW, NOON, ends_at=STARTS + 2 * DAY)).then(
        ShowRescheduled(SHOW, STARTS + DAY, NOON, STARTS + 2 * DAY)
    ).when(ChangeShow(SHOW, NOON, no_end=True)).then(ShowRescheduled(SHOW, STARTS + DAY, NOON))


def test_a_show_cannot_be_moved_into_the_past_from_where_nothing_could_move_it_back() -> None:
    given(on_sale()).when(reschedule(NOON)).refuses(
        BadOffer("It cannot be moved to a time at which it is over already.")
    )
    begun = reschedule(NOON - DAY, NOON + DAY)
    given(on_sale()).when(begun).then(ShowRescheduled(SHOW, NOON - DAY, NOON, NOON + DAY))


def test_a_type_is_offered_and_changed_and_tickets_keep_their_price() -> None:
    given(on_sale()).when(offer(FREE)).then(TicketTypeOffered(SHOW, FREE, NOON)).when(offer(FREE)).then()
    dearer = replace(STANDARD, price=eur(2500))
    after = given(on_sale(), booked("Box/1/L")).when(offer(dearer)).then(OfferChanged(SHOW, dearer, NOON))
    assert after.state.bookings["b1"].tickets[0].price == eur(2000)


def test_a_quota_shrinks_to_what_is_held_and_sold_and_not_below() -> None:
    two = [*on_sale(), booked("Box/1/L", "Box/1/R")]
    given(two).when(offer(replace(STANDARD, quota=2))).then(
        OfferChanged(SHOW, replace(STANDARD, quota=2), NOON)
    )
    given(two).when(offer(replace(STANDARD, quota=1))).refuses(
        BadOffer("2 tickets of Standard are held or sold already.")
    )


def test_once_booked_the_currency_stays() -> None:
    """Bookings add prices up: euros and francs cannot be."""
    francs = replace(STANDARD, price=Money(2000, "CHF"))
    given(on_sale()).when(offer(francs)).then(OfferChanged(SHOW, francs, NOON))
    given(on_sale(), booked("Box/1/L")).when(offer(francs)).refuses(
        BadOffer("Tickets were booked in EUR: that stays the currency.")
    )


def test_a_type_is_withdrawn_while_nobody_has_a_ticket_of_it() -> None:
    both = on_sale(STANDARD, VIP)
    given(both).when(withdraw("vip")).then(OfferWithdrawn(SHOW, "vip", NOON))
    given(both, booked("Box/1/L", offer=VIP)).when(withdraw("vip")).refuses(TicketTypeInUse("vip"))
    given(both, booked("Box/1/L", offer=VIP), cancelled("b1-1")).when(withdraw("vip")).then(
        OfferWithdrawn(SHOW, "vip", NOON)
    )
    given(both).when(withdraw("x")).refuses(TicketTypeNotOffered("x"))
    given(on_sale()).when(withdraw("standard")).refuses(
        BadOffer("At least one ticket type must be on offer.")
    )
    waits = Offer("w", "W", eur(1), opens_after="vip")
    given(on_sale(VIP, waits)).when(withdraw("vip")).refuses(
        BadOffer("W can only open after another ticket type of the event.")
    )


def test_a_withdrawal_that_was_only_tentative_leaves_the_types_in_their_order() -> None:
    from tests.domain.show.words import SHOW_DECIDER

    show = given(on_sale(STANDARD, VIP, FREE)).state.savepoint()
    SHOW_DECIDER.run(withdraw("standard"), show)
    assert list(show.restored().offers) == ["standard", "vip", "free"]


def test_closed_sales_open_again() -> None:
    after = given(on_sale(), sales_closed()).when(reopen()).then(reopened())
    after.when(reopen()).then()
    after.when(book("Box/1/L")).then(booked("Box/1/L"))
    given(scheduled()).when(reopen()).refuses(NotOnSale(SHOW))


CHANGES = (
    ChangeShow(SHOW, STARTS, name="x"), reschedule(at=STARTS), offer(FREE, at=STARTS), withdraw("vip", at=STARTS),
    reopen(STARTS), close_sales(STARTS),
)  # fmt: skip


@pytest.mark.parametrize("command", CHANGES)
def test_nothing_changes_any_more_when_the_show_is_cancelled_or_over(command: ShowCommand) -> None:
    reason: Refusal = ShowIsOver(STARTS)
    given(on_sale(STANDARD, VIP)).when(command).refuses(reason)
    given(on_sale(STANDARD, VIP), called_off()).when(command).refuses(ShowIsCancelled(SHOW))


def test_everything_that_is_said_about_a_show_can_change() -> None:
    after = given(on_sale()).when(ChangeShow(SHOW, NOON, description="In three acts", category="opera"))
    changed = ShowDetailsChanged(SHOW, "Tosca", NOON, description="In three acts", category="opera")
    details = after.then(changed).state.details
    assert (details.description, details.category) == ("In three acts", "opera")


def test_a_beginning_alone_moves_a_show_and_nothing_at_all_changes_nothing() -> None:
    given(on_sale()).when(ChangeShow(SHOW, NOON, starts_at=STARTS + DAY)).then(
        ShowRescheduled(SHOW, STARTS + DAY, NOON)
    )
    given(on_sale()).when(ChangeShow(SHOW, STARTS + DAY)).refuses(ShowIsOver(STARTS))


def test_an_area_in_use_cannot_vanish() -> None:
    small = SeatingPlan(HOUSE.sections)
    given(on_sale(), booked("Floor")).when(ChangeShow(SHOW, NOON, plan=small)).refuses(
        PlacesInUse((), {"Floor": 1})
    )


def test_places_whose_hold_ran_out_are_free_in_a_new_plan_too() -> None:
    history = [*on_sale(), held("Stalls/A/1", "Floor"), expired()]
    state = (
        given(history).when(ChangeShow(SHOW, NOON, plan=GROWN)).then(ShowPlanChanged(SHOW, GROWN, NOON)).state
    )
    assert state.places.is_free("Stalls/A/1")
    assert state.places.free["Floor"] == 30
