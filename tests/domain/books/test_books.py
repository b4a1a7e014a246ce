"""The books: what each fact about a booking moves, and that all of it together is what the show says."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.books.booking import ENTERED, Posting, SoldBooking, customer_key, enter, opened
from domain.books.lines import Line
from domain.books.venue_key import venue_key
from domain.personal import Person
from domain.show.facts import BookingTransferred, TicketsAdded, TicketsExchanged
from tests.domain.show.words import (
    ANNA,
    BEN,
    NOON,
    SHOW,
    VIP,
    booked,
    cancelled,
    confirmed,
    eur,
    expired,
    held,
    scheduled,
    ticket,
    tickets,
)
from tests.domain.show.words_of_change import replaced
from tests.projections.histories import TRIES, history

TWO = tickets("b1", "Stalls/A/1", ("Box/1/L", VIP))


def entered(*facts: object) -> tuple[SoldBooking, list[Posting]]:
    """A booking after all of these facts, and what the last of them moved."""
    booking, posted = opened(facts[0]), list[Posting]()  # type: ignore[arg-type]
    for fact in facts:
        posted = enter(booking, fact)
    return booking, posted


def posted(*facts: object) -> list[tuple[str, str, Line]]:
    return [(each.kind, each.customer, each.line) for each in entered(*facts)[1]]


def stalls(**moved: int) -> Line:
    return Line("standard", "Stalls", **moved)


def box(**moved: int) -> Line:
    return Line("vip", "Box", **moved)


SALE = booked("Stalls/A/1", ("Box/1/L", VIP))


def test_a_sale_is_one_booking_and_one_purchase_and_a_line_for_each_type() -> None:
    assert posted(SALE) == [
        (
            "sold",
            "anna",
            stalls(bookings=1, bookings_of_type=1, tickets=1, tickets_sold=1, gross=2_000, purchases=1),
        ),
        ("sold", "anna", box(bookings_of_type=1, tickets=1, tickets_sold=1, gross=9_000)),
    ]


def test_a_type_in_two_parts_of_the_house_is_one_booking_of_the_type() -> None:
    lines = [line for _, _, line in posted(booked("Stalls/A/1", "Floor"))]
    assert [line.bookings_of_type for line in lines] == [1, 0]
    assert [line.part for line in lines] == ["Stalls", "Floor"]


def test_a_hold_moves_nothing_until_it_is_paid_also_late() -> None:
    hold = held("Stalls/A/1", ("Box/1/L", VIP))
    assert posted(hold) == posted(hold, expired()) == []
    assert posted(hold, confirmed(paid=11_000)) == posted(SALE)
    assert posted(hold, confirmed(paid=None)) == posted(SALE)
    assert posted(hold, expired(), confirmed(paid=11_000)) == posted(SALE)
    assert [line.gross for _, _, line in posted(hold, confirmed(paid=5_500))] == [1_000, 4_500]


def test_what_is_given_back_leaves_and_its_refund_is_split_by_price() -> None:
    booking, moved = entered(SALE, cancelled("b1-1", "b1-2", refund=5_500))
    assert booking.status == "cancelled"
    assert [each.line for each in moved] == [
        stalls(bookings=-1, bookings_of_type=-1, tickets=-1, tickets_returned=1, refunded=1_000),
        box(bookings_of_type=-1, tickets=-1, tickets_returned=1, refunded=4_500),
    ]
    assert {each.kind for each in moved} == {"cancelled"}


def test_a_booking_that_keeps_a_ticket_stays_one() -> None:
    booking, moved = entered(SALE, cancelled("b1-2", refund=9_000))
    assert booking.status == "confirmed"
    assert [each.line for each in moved] == [
        box(bookings_of_type=-1, tickets=-1, tickets_returned=1, refunded=9_000)
    ]


def test_of_a_hold_that_is_given_up_nothing_is_in_the_books() -> None:
    booking, moved = entered(held("Stalls/A/1"), cancelled("b1-1"))
    assert (booking.status, moved, booking.owned) == ("cancelled", [], Counter())


def added(price: int) -> TicketsAdded:
    return TicketsAdded(SHOW, "b1", (ticket("b1", 3, "Box/1/R", VIP),), eur(price), NOON)


def test_more_tickets_are_sold_without_another_booking_or_purchase() -> None:
    assert posted(booked("Stalls/A/1"), added(9_000)) == [
        ("added", "anna", box(bookings_of_type=1, tickets=1, tickets_sold=1, gross=9_000))
    ]
    assert posted(held("Stalls/A/1"), added(9_000)) == []
    assert [
        line.gross for _, _, line in posted(held("Stalls/A/1"), added(9_000), confirmed(paid=11_000))
    ] == [
        2_000,
        9_000,
    ]


def exchanged(due: int = 0, refund: int = 0) -> TicketsExchanged:
    new = (ticket("b1", 3, "Box/1/R", VIP),)
    return TicketsExchanged(SHOW, "b1", ("b1-1",), new, eur(due), eur(refund), NOON)


def test_an_exchange_takes_what_was_paid_along() -> None:
    assert posted(booked("Stalls/A/1"), exchanged(due=7_000)) == [
        ("exchanged", "anna", stalls(bookings_of_type=-1, tickets=-1, tickets_returned=1, gross=-2_000)),
        ("exchanged", "anna", box(bookings_of_type=1, tickets=1, tickets_sold=1, gross=9_000)),
    ]
    assert posted(held("Stalls/A/1"), exchanged()) == []
    (line,) = [line for _, _, line in posted(held("Stalls/A/1"), exchanged(), confirmed(paid=9_000))]
    assert line == box(bookings=1, bookings_of_type=1, tickets=1, tickets_sold=1, gross=9_000, purchases=1)


def test_what_is_due_back_goes_along_with_another_exchange() -> None:
    back = TicketsExchanged(SHOW, "b1", ("b1-3",), (ticket("b1", 4, "Stalls/A/2"),), eur(0), eur(7_000), NOON)
    first = booked(("Stalls/A/1", VIP))
    assert [(line.gross, line.refunded) for _, _, line in posted(first, exchanged(refund=100), back)] == [
        (-9_000, -100),
        (9_000, 7_100),
    ]


def test_a_booking_given_away_moves_to_the_other_customer_with_all_that_was_paid() -> None:
    given_away = BookingTransferred(SHOW, "b1", BEN, (), NOON)
    booking, moved = entered(SALE, cancelled("b1-2", refund=4_000), given_away)
    assert booking.customer == "ben"
    assert [(each.kind, each.customer, each.line) for each in moved] == [
        ("transferred", "anna", stalls(bookings=-1, tickets=-1, gross=-2_000, purchases=-1)),
        ("transferred", "anna", box(gross=-9_000, refunded=-4_000)),
        ("transferred", "ben", stalls(bookings=1, tickets=1, gross=2_000, purchases=1)),
        ("transferred", "ben", box(gross=9_000, refunded=4_000)),
    ]


def test_tickets_in_other_places_are_sold_there() -> None:
    other = replaced(replace(TWO[0], seat="Box/1/R"), at=NOON)
    assert posted(held("Stalls/A/1"), other) == []
    ((_, _, line),) = posted(held("Stalls/A/1"), other, confirmed())
    assert line.part == "Box"


@pytest.mark.parametrize(
    ("customer", "key"),
    [
        (ANNA, "anna"),
        (Person("A", "A@Example.org"), "a@example.org"),
        (Person("A", "A@Example.org", None, "p1"), "guest:p1"),
        (Person("A", "A@Example.org", "anna", "p1"), "anna"),
    ],
)
def test_a_customer_is_known_by_nothing_that_is_erased(customer: Person, key: str) -> None:
    assert customer_key(customer) == key


def test_a_venue_without_an_id_has_one_of_its_name() -> None:
    show = scheduled()
    assert venue_key(replace(show, venue_id="v1")) == "v1"
    assert UUID(venue_key(show))
    assert venue_key(show) == venue_key(scheduled(VIP)) != venue_key(replace(show, venue_name="Scala"))


@given(TRIES, st.sampled_from([None, 600]))
def test_all_that_was_moved_is_what_the_show_says(
    tries: list[tuple[str, int, int]], window: int | None
) -> None:
    show, facts = history(tries, window)
    books, moved = dict[str, SoldBooking](), list[Posting]()
    for fact in facts:
        if type(fact) in ENTERED:
            booking_id: str = fact.booking_id  # type: ignore[union-attr]
            booking = books[booking_id] = books.get(booking_id) or opened(fact)  # type: ignore[arg-type]
            moved += enter(booking, fact)
    bookings = list(show.bookings.values())
    lines = [each.line for each in moved]
    assert sum(line.gross for line in lines) == sum(each.paid.amount for each in bookings)
    assert sum(line.refunded for line in lines) == sum(each.refunded.amount for each in bookings)
    assert sum(line.bookings for line in lines) == sum(each.status == "confirmed" for each in bookings)
    sold, of_type, tickets, by_customer = (Counter[str]() for _ in range(4))
    for each in bookings:
        if each.status == "confirmed":
            types = Counter(ticket.ticket_type_id for ticket in each.live_tickets)
            sold.update(types)
            of_type.update(set(types))
            by_customer[customer_key(each.customer)] += 1
    counted, purchasers = Counter[str](), Counter[str]()
    for posting in moved:
        tickets[posting.line.ticket_type_id] += posting.line.tickets
        counted[posting.line.ticket_type_id] += posting.line.bookings_of_type
        purchasers[posting.customer] += posting.line.bookings
        assert posting.line.tickets_sold - posting.line.tickets_returned == posting.line.tickets or (
            posting.kind == "transferred"
        )
    assert (+tickets, +counted, +purchasers) == (sold, of_type, by_customer)
    assert {each.booking_id: each.status for each in books.values()} == {
        each.id: each.status for each in bookings
    }
