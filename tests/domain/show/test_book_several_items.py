"""BookSeats with several items: one booking, each ticket of its own type, all or nothing."""

from domain.show.offer import Offer
from domain.show.refusals import SeatsNotAvailable, SoldOut
from tests.domain.show.words import (
    STANDARD,
    VIP,
    book,
    booked,
    eur,
    given,
    on_sale,
    places,
    seats,
)

CHILD = Offer("child", "Child", eur(500), sections=("Box", "Stalls"))
CAREFUL = Offer("careful", "Careful", eur(700), sections=("Box",))


def test_each_ticket_has_the_type_and_the_price_of_its_item() -> None:
    given(on_sale(STANDARD, VIP)).when(
        book(seats("Stalls/A/5", type="standard"), seats("Box/1/L", type="vip"))
    ).then(booked(("Stalls/A/5", STANDARD), ("Box/1/L", VIP)))


def test_named_seats_come_first_so_that_a_choice_cannot_take_them() -> None:
    given(on_sale(STANDARD, CHILD)).when(book(places(1, "standard"), seats("Stalls/A/5", type="child"))).then(
        booked(("Stalls/A/5", CHILD), ("Stalls/A/6", STANDARD))
    )


def test_two_items_that_share_a_section_never_get_the_same_seat() -> None:
    given(on_sale(VIP, CAREFUL)).when(book(places(1, "vip"), places(1, "careful"))).then(
        booked(("Box/1/L", VIP), ("Box/1/R", CAREFUL))
    )


def test_two_items_that_share_a_section_cannot_have_more_than_it_holds() -> None:
    given(on_sale(VIP, CAREFUL)).when(book(places(2, "vip"), places(1, "careful"))).refuses(
        SoldOut("careful", 1, 0)
    )


def test_two_items_that_share_an_area_cannot_have_more_than_it_holds() -> None:
    early, late = (Offer(each, each, eur(1), sections=("Floor",)) for each in ("early", "late"))
    given(on_sale(early, late)).when(book(places(12, "early"), places(9, "late"))).refuses(
        SoldOut("late", 9, 8)
    )
    given(on_sale(early, late)).when(book(places(12, "early"), places(8, "late"))).then(
        booked(*[("Floor", early)] * 12, *[("Floor", late)] * 8)
    )


def test_when_one_item_cannot_be_had_there_is_no_booking() -> None:
    house = given(on_sale(STANDARD, VIP), booked("Box/1/L", booking="b0", offer=VIP))
    after = house.when(book(places(2, "standard"), seats("Box/1/L", type="vip"))).refuses(
        SeatsNotAvailable(("Box/1/L",))
    )
    assert after.state.bookings.keys() == {"b0"}
