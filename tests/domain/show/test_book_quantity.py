"""BookSeats by number: how many there are, how many one may have."""

import pytest
from msgspec.structs import replace

from domain.codec import CODEC
from domain.refusal import Refusal
from domain.seating_plan import general_admission
from domain.show.commands import Wanted
from domain.show.facts import OfferChanged
from domain.show.offer import Offer
from domain.show.refusals import AboveMaximum, BelowMinimum, SoldOut, TicketTypeNotOffered, TicketTypeRequired
from tests.domain.show.words import (
    NOON,
    STANDARD,
    VIP,
    book,
    booked,
    cancelled,
    eur,
    given,
    held,
    on_sale,
    on_sale_with_time_to_pay,
    places,
    seats,
)

TWO_TO_FOUR = Offer("few", "Few", eur(1000), min_per_booking=2, max_per_booking=4)
THREE_IN_ALL = Offer("rare", "Rare", eur(1000), quota=3)
HALL = general_admission(5, "Hall")


def test_places_by_number_come_from_an_area_too() -> None:
    given(on_sale(plan=HALL)).when(book(places(3))).then(booked("Hall", "Hall", "Hall"))


def test_a_show_read_from_the_log_keeps_one_name_and_one_price_for_all_tickets_sold_at_them() -> None:
    fact = booked("Hall", "Hall", booking="b0")
    stored = CODEC.decode(*CODEC.encode(fact))
    show = given(on_sale(plan=HALL), stored).state
    (offer,) = show.offers.values()
    tickets = show.bookings["b0"].tickets
    assert tickets == fact.tickets
    assert all(ticket.price is offer.price and ticket.ticket_type is offer.name for ticket in tickets)


def test_a_ticket_keeps_the_price_it_was_sold_at_when_the_offer_changes() -> None:
    fact = booked("Hall", booking="b0")
    dearer = OfferChanged("show-1", replace(STANDARD, price=eur(9999)), NOON)
    show = given(on_sale(plan=HALL), dearer, CODEC.decode(*CODEC.encode(fact))).state
    assert show.bookings["b0"].tickets == fact.tickets


def test_a_house_sells_as_many_as_it_holds_and_not_one_more() -> None:
    full = (
        given(on_sale(plan=HALL), booked("Hall", "Hall", booking="b0"))
        .when(book(places(3)))
        .then(booked("Hall", "Hall", "Hall"))
    )
    full.when(book(places(1), booking="b2")).refuses(SoldOut("standard", 1, 0))


def test_more_than_there_are_left_is_refused_with_their_number() -> None:
    given(on_sale(plan=HALL), booked("Hall", booking="b0")).when(book(places(5))).refuses(
        SoldOut("standard", 5, 4)
    )


def test_a_type_counts_only_the_sections_it_covers() -> None:
    given(on_sale(STANDARD, VIP)).when(book(places(3, "vip"))).refuses(SoldOut("vip", 3, 2))


@pytest.mark.parametrize(
    "taken",
    [
        booked("Floor", "Floor", booking="b0", offer=THREE_IN_ALL),
        held("Floor", "Floor", booking="b0", offer=THREE_IN_ALL),
    ],
)
def test_a_quota_counts_what_is_sold_and_what_is_held(taken: object) -> None:
    house = given(on_sale_with_time_to_pay(THREE_IN_ALL), taken)
    house.when(book(places(2))).refuses(SoldOut("rare", 2, 1))
    house.when(book("Box/1/L", "Box/1/R")).refuses(SoldOut("rare", 2, 1))
    house.when(book(places(1))).then(held("Stalls/A/5", offer=THREE_IN_ALL))


def test_what_is_returned_counts_for_the_quota_again() -> None:
    given(
        on_sale(THREE_IN_ALL),
        booked("Floor", "Floor", "Floor", booking="b0", offer=THREE_IN_ALL),
        cancelled("b0-1", booking="b0", refund=1000),
    ).when(book(places(1))).then(booked("Stalls/A/5", offer=THREE_IN_ALL))


def test_a_quota_cannot_be_passed_by_asking_in_two_items() -> None:
    given(on_sale(THREE_IN_ALL)).when(book(places(2), places(2))).refuses(SoldOut("rare", 4, 3))


def test_a_quota_of_nothing_sells_nothing() -> None:
    given(on_sale(Offer("none", "None", eur(1), quota=0))).when(book(places(1))).refuses(
        SoldOut("none", 1, 0)
    )


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ((places(1),), BelowMinimum("few", 1, 2)),
        ((places(5),), AboveMaximum("few", 5, 4)),
        ((places(3), places(2)), AboveMaximum("few", 5, 4)),
        ((seats("Box/1/L"),), BelowMinimum("few", 1, 2)),
        ((seats("Box/1/L"), seats("Box/1/R"), places(3)), AboveMaximum("few", 5, 4)),
        ((places(0),), BelowMinimum("few", 0, 2)),
    ],
)
def test_a_booking_keeps_within_minimum_and_maximum_over_all_its_items(
    wanted: tuple[Wanted, ...], reason: Refusal
) -> None:
    given(on_sale(TWO_TO_FOUR)).when(book(*wanted)).refuses(reason)


def test_two_items_together_can_reach_the_minimum() -> None:
    given(on_sale(TWO_TO_FOUR)).when(book(seats("Box/1/L"), seats("Stalls/B/1"))).then(
        booked("Box/1/L", "Stalls/B/1", offer=TWO_TO_FOUR)
    )


def test_minimum_and_maximum_themselves_are_allowed() -> None:
    given(on_sale(TWO_TO_FOUR)).when(book(places(2))).then(
        booked("Stalls/A/5", "Stalls/A/6", offer=TWO_TO_FOUR)
    )
    given(on_sale(TWO_TO_FOUR)).when(book(places(4))).then(
        booked("Stalls/A/4", "Stalls/A/5", "Stalls/A/6", "Stalls/A/7", offer=TWO_TO_FOUR)
    )


def test_a_type_that_is_not_on_offer_is_refused() -> None:
    given(on_sale()).when(book(places(1, "golden"))).refuses(TicketTypeNotOffered("golden"))


def test_where_several_types_are_on_offer_one_must_be_named() -> None:
    given(on_sale(STANDARD, VIP)).when(book(places(1))).refuses(TicketTypeRequired(("standard", "vip")))


def test_an_item_that_names_the_only_type_and_one_that_does_not_count_together() -> None:
    given(on_sale(TWO_TO_FOUR)).when(book(places(3), places(2, "few"))).refuses(AboveMaximum("few", 5, 4))


@pytest.mark.parametrize(
    ("quantity", "names"), [(1, ("Box/1/L", "Box/1/R")), (3, ("Box/1/L",)), (0, ("Box/1/L",)), (-1, ())]
)
def test_a_number_that_is_not_that_of_the_named_seats_cannot_be_said(
    quantity: int, names: tuple[str, ...]
) -> None:
    """The number counts for the quota and the maximum, so it must be what is taken."""
    with pytest.raises(ValueError, match="are wanted and"):
        Wanted(quantity, None, names)
