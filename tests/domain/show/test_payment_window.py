"""Held or booked: whether there is time to pay, and anything to pay."""

from domain.show.offer import Offer
from domain.show.refusals import SeatsNotAvailable
from tests.domain.show.words import (
    FREE,
    MINUTE,
    NOON,
    STANDARD,
    WINDOW,
    book,
    booked,
    eur,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
    seats,
)


def test_without_a_payment_window_a_booking_is_confirmed_at_once() -> None:
    after = given(on_sale()).when(book("Box/1/L")).then(booked("Box/1/L")).state
    assert after.bookings["b1"].status == "confirmed"
    assert (after.stock.held, after.stock.sold) == ({}, {"standard": 1})


def test_with_a_payment_window_places_are_held_until_it_ends() -> None:
    after = (
        given(on_sale_with_time_to_pay())
        .when(book("Box/1/L"))
        .then(held("Box/1/L", until=NOON + WINDOW))
        .state
    )
    assert after.bookings["b1"].status == "pending"
    assert (after.stock.held, after.stock.sold) == ({"standard": 1}, {})


def test_the_window_begins_when_the_booking_is_made() -> None:
    at = NOON + 7 * MINUTE
    given(on_sale_with_time_to_pay()).when(book("Box/1/L", at=at)).then(
        held("Box/1/L", at=at, until=at + WINDOW)
    )


def test_what_costs_nothing_is_booked_at_once_even_where_there_is_time_to_pay() -> None:
    given(on_sale_with_time_to_pay(FREE)).when(book("Box/1/L")).then(booked("Box/1/L", offer=FREE))


def test_one_ticket_that_costs_makes_the_whole_booking_wait_for_payment() -> None:
    given(on_sale_with_time_to_pay(FREE, STANDARD)).when(
        book(seats("Box/1/L", type="free"), seats("Box/1/R", type="standard"))
    ).then(held(("Box/1/L", FREE), ("Box/1/R", STANDARD)))


def test_the_total_is_the_sum_of_the_tickets() -> None:
    dear = Offer("dear", "Dear", eur(10**15 + 1))
    after = (
        given(on_sale(dear)).when(book("Box/1/L", "Box/1/R")).then(booked("Box/1/L", "Box/1/R", offer=dear))
    )
    assert after.state.bookings["b1"].total == eur(2 * 10**15 + 2)


def test_a_held_seat_is_as_taken_as_a_sold_one() -> None:
    given(on_sale_with_time_to_pay(), held("Box/1/L")).when(book("Box/1/L", booking="b2")).refuses(
        SeatsNotAvailable(("Box/1/L",))
    )


def test_the_same_booking_made_twice_is_made_once() -> None:
    given(on_sale(), booked("Box/1/L")).when(book("Box/1/R")).then()
