"""BookSeats with seats by name: exactly these, or none."""

import pytest

from domain.refusal import Refusal
from domain.show.offer import Offer
from domain.show.refusals import (
    SeatsNamedTwice,
    SeatsNotAvailable,
    SeatsNotInTicketType,
    SeatsUnknown,
)
from tests.domain.show.words import (
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
    seats,
)


def test_named_seats_are_booked_in_the_order_in_which_they_were_named() -> None:
    given(on_sale()).when(book("Stalls/B/10", "Box/1/R", "Stalls/A/1")).then(
        booked("Stalls/B/10", "Box/1/R", "Stalls/A/1")
    )


@pytest.mark.parametrize(
    "taken",
    [booked("Stalls/A/1", "Stalls/A/2", booking="b0"), held("Stalls/A/1", "Stalls/A/2", booking="b0")],
)
def test_a_seat_is_never_sold_twice(taken: object) -> None:
    given(on_sale_with_time_to_pay(), taken).when(book("Stalls/A/2", "Stalls/A/3", "Stalls/A/1")).refuses(
        SeatsNotAvailable(("Stalls/A/2", "Stalls/A/1"))
    )


def test_a_returned_seat_can_be_sold_again() -> None:
    given(on_sale(), booked("Box/1/L", booking="b0"), cancelled("b0-1", booking="b0", refund=2000)).when(
        book("Box/1/L")
    ).then(booked("Box/1/L"))


@pytest.mark.parametrize(
    "name",
    [
        "Stalls/A/0", "Stalls/A/11", "Stalls/A/01", "Stalls/A/+1", "Stalls/A/ 1", "Stalls/A/1 ", "Stalls/A/١",
        "Stalls/A/-1", "Stalls/A/1e0", "Stalls/A/1_0", "Stalls/A/", "Stalls/A", "Stalls", "", "///",
        "Stalls/A/1/1", "stalls/A/1", "Stalls/C/1", "Floor", "Floor/A/1", "Box/1/1", "Box/1/l",
        "Stalls/A/9999999999999999999999",
    ],
)  # fmt: skip
def test_a_seat_has_one_name_and_no_other(name: str) -> None:
    given(on_sale()).when(book("Stalls/A/1", name)).refuses(SeatsUnknown((name,)))


def test_all_unknown_seats_are_named_in_the_refusal() -> None:
    given(on_sale()).when(book("Stalls/X/1", "Stalls/A/1", "Stalls/Y/1")).refuses(
        SeatsUnknown(("Stalls/X/1", "Stalls/Y/1"))
    )


def test_a_seat_outside_the_sections_of_its_type_is_refused() -> None:
    given(on_sale(STANDARD, VIP)).when(book(seats("Box/1/L", "Stalls/A/1", type="vip"))).refuses(
        SeatsNotInTicketType("vip", ("Stalls/A/1",))
    )


@pytest.mark.parametrize(
    "wanted",
    [
        (seats("Stalls/A/1", "Stalls/A/2", "Stalls/A/1", type="standard"),),
        (seats("Stalls/A/1", type="standard"), seats("Stalls/A/2", "Stalls/A/1", type="cheap")),
    ],
)
def test_one_booking_names_a_seat_once(wanted: tuple[object, ...]) -> None:
    cheap = Offer("cheap", "Cheap", eur(100))
    given(on_sale(STANDARD, cheap)).when(book(*wanted)).refuses(SeatsNamedTwice(("Stalls/A/1",)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (("Stalls/A/1", "Stalls/Z/9"), SeatsUnknown(("Stalls/Z/9",))),
        (("Stalls/A/1", "Stalls/A/2"), SeatsNotAvailable(("Stalls/A/1",))),
    ],
)
def test_a_booking_that_is_refused_takes_none_of_its_seats(wanted: tuple[str, ...], reason: Refusal) -> None:
    after = given(on_sale(), booked("Stalls/A/1", booking="b0")).when(book(*wanted)).refuses(reason)
    after.when(book("Stalls/A/2")).then(booked("Stalls/A/2"))
