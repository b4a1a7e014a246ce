"""The tags by which one booking's or one customer's history is found."""

import pytest

from domain.codec import Fact
from domain.person.facts import PersonErased
from domain.personal import Person
from domain.tags import booking_tag, customer_tag, tags
from tests.domain.show.words import (
    NOON,
    booked,
    cancelled,
    confirmed,
    expired,
    held,
    paid_too_late,
    published,
    sales_closed,
    scheduled,
)

GUEST = Person("A Guest", "guest@example.org")
KNOWN_GUEST = Person("A Guest", "guest@example.org", person_id="p1", contact_id="c1")


def test_tags_say_what_they_are_of() -> None:
    assert (booking_tag("1"), customer_tag("2")) == ("booking:1", "customer:2")


@pytest.mark.parametrize("fact", [held("Floor"), booked("Floor")])
def test_a_new_booking_is_found_by_its_booking_and_its_customer(fact: Fact) -> None:
    assert tags(fact) == ("booking:b1", "customer:anna")


@pytest.mark.parametrize("fact", [held("Floor", customer=GUEST), booked("Floor", customer=GUEST)])
def test_a_booking_for_somebody_without_an_account_is_found_by_the_booking_only(fact: Fact) -> None:
    assert tags(fact) == ("booking:b1",)


@pytest.mark.parametrize("fact", [held("Floor", customer=KNOWN_GUEST), booked("Floor", customer=KNOWN_GUEST)])
def test_a_guest_with_a_key_is_found_by_whose_key_it_is(fact: Fact) -> None:
    assert tags(fact) == ("booking:b1", "customer:p1")


@pytest.mark.parametrize(
    ("fact", "tag"),
    [(PersonErased("p1", NOON), "customer:p1"), (PersonErased("p1", NOON, "anna"), "customer:anna")],
)
def test_that_somebody_was_erased_is_found_where_their_bookings_are(fact: Fact, tag: str) -> None:
    assert tags(fact) == (tag,)


@pytest.mark.parametrize("fact", [confirmed(), cancelled("b1-1"), expired(), paid_too_late()])
def test_what_happens_to_a_booking_is_found_by_the_booking(fact: Fact) -> None:
    assert tags(fact) == ("booking:b1",)


@pytest.mark.parametrize("fact", [scheduled(), published(), sales_closed()])
def test_what_happens_to_a_whole_show_has_no_tags(fact: Fact) -> None:
    assert tags(fact) == ()
