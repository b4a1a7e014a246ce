"""TransferBooking and NameTicketHolders: whose a booking is, and whose a ticket."""

import pytest
from msgspec.structs import replace

from domain.personal import Person
from domain.show.refusals import (
    BookingAlreadyCancelled,
    BookingChangedHands,
    BookingNotConfirmed,
    CustomerLimitReached,
    ShowIsCancelled,
    ShowIsOver,
    TicketsAlreadyCancelled,
    TicketsNotInBooking,
)
from domain.show.rules import Rules
from tests.domain.show.words import (
    ANNA,
    BEN,
    SHOW,
    STARTS,
    booked,
    cancelled,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
)
from tests.domain.show.words_of_change import called_off, name, named, transfer, transferred

TWO = [*on_sale(), booked("Box/1/L", "Box/1/R")]


def test_a_booking_becomes_another_persons_with_codes_that_nobody_has_seen() -> None:
    after = given(TWO, named("b1-1", "Clara")).when(transfer()).then(transferred("b1-1", "b1-2")).state
    booking = after.bookings["b1"]
    assert booking.customer == BEN
    assert [(each.code, each.holder) for each in booking.tickets] == [("FRESH-1", None), ("FRESH-2", None)]
    assert after.stock.by_customer == {"anna": 0, "ben": 2}


def test_cancelled_tickets_are_not_transferred() -> None:
    given(TWO, cancelled("b1-1", refund=2000)).when(transfer()).then(transferred("b1-2"))


def test_to_whom_it_is_already_adds_nothing() -> None:
    given(TWO).when(transfer(ANNA)).then()
    given(TWO, transferred("b1-1", "b1-2")).when(transfer()).then()


def test_only_what_is_paid_can_be_given_away() -> None:
    given(on_sale_with_time_to_pay(), held("Box/1/L")).when(transfer()).refuses(
        BookingNotConfirmed("b1", "pending")
    )
    given(TWO, cancelled("b1-1", "b1-2")).when(transfer()).refuses(BookingAlreadyCancelled("b1"))


def test_the_limit_per_customer_holds_for_whoever_gets_it() -> None:
    history = [*on_sale(rules=Rules(max_per_customer=2)), booked("Box/1/L", "Box/1/R")]
    others = booked("Floor", booking="b2", customer=BEN)
    given(history, others).when(transfer()).refuses(CustomerLimitReached(2, 1, 2))
    given(history).when(transfer()).then(transferred("b1-1", "b1-2"))


def test_the_same_customer_under_another_name_does_not_count_twice() -> None:
    married = Person("Anna Bianchi", ANNA.email, ANNA.id)
    history = [*on_sale(rules=Rules(max_per_customer=2)), booked("Box/1/L", "Box/1/R")]
    given(history).when(transfer(married)).then(transferred("b1-1", "b1-2", to=married))


def test_a_ticket_never_keeps_its_old_code_for_want_of_a_fresh_one() -> None:
    with pytest.raises(ValueError, match="shorter"):
        given(TWO).when(replace(transfer(), fresh_codes=("ONE",))).then()


def test_tickets_get_the_names_of_who_will_use_them() -> None:
    after = (
        given(TWO)
        .when(name(("b1-2", "Dario"), ("b1-1", "Clara")))
        .then(named("b1-1", "Clara"), named("b1-2", "Dario"))
    )
    assert [each.holder for each in after.state.bookings["b1"].tickets] == ["Clara", "Dario"]


def test_a_name_that_stands_there_already_adds_nothing() -> None:
    given(TWO, named("b1-1", "Clara")).when(name(("b1-1", "Clara"), ("b1-2", "Dario"))).then(
        named("b1-2", "Dario")
    )
    given(TWO).when(name()).then()


def test_names_are_written_with_the_key_of_whoever_has_the_booking_or_not_at_all() -> None:
    anna, ben = replace(ANNA, person_id="p-anna"), replace(BEN, person_id="p-ben")
    of_anna = replace(name(("b1-1", "Clara")), person_id="p-anna")
    history = [*on_sale(), replace(booked("Box/1/L"), customer=anna)]
    given(history).when(of_anna).then(named("b1-1", "Clara"))
    given(history).when(replace(of_anna, person_id=None)).refuses(BookingChangedHands("b1"))
    given(history, transferred("b1-1", to=ben)).when(of_anna).refuses(BookingChangedHands("b1"))
    given(history, transferred("b1-1", to=ben)).when(replace(of_anna, names=())).refuses(
        BookingChangedHands("b1")
    )


def test_a_booking_from_before_there_were_keys_takes_names_under_any() -> None:
    """Its customer has one by now, which the booking does not know."""
    given(TWO).when(replace(name(("b1-1", "Clara")), person_id="p-anna")).then(named("b1-1", "Clara"))


def test_a_hold_can_have_names_too() -> None:
    given(on_sale_with_time_to_pay(), held("Box/1/L")).when(name(("b1-1", "Clara"))).then(
        named("b1-1", "Clara")
    )


def test_if_one_ticket_cannot_be_named_none_is() -> None:
    given(TWO).when(name(("b1-1", "Clara"), ("x", "Y"))).refuses(TicketsNotInBooking(("x",)))
    given(TWO, cancelled("b1-1", refund=2000)).when(name(("b1-2", "C"), ("b1-1", "D"))).refuses(
        TicketsAlreadyCancelled(("b1-1",))
    )


def test_nothing_changes_hands_when_the_show_is_cancelled_or_over() -> None:
    for command in (transfer(), name(("b1-1", "Clara"))):
        given(TWO, called_off()).when(command).refuses(ShowIsCancelled(SHOW))
    for command in (transfer(at=STARTS), name(("b1-1", "Clara"), at=STARTS)):
        given(TWO).when(command).refuses(ShowIsOver(STARTS))
