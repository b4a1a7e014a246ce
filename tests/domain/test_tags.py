"""The tags by which one booking's or one customer's history is found."""

import pytest

from domain.codec import Fact
from domain.personal import Person
from domain.tags import booking_tag, customer_tag, tags
from tests.domain.show.words import (
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


def test_tags_say_what_they_are_of() -> None:
    assert (booking_tag("1"), customer_tag("2")) == ("booking:1", "customer:2")


@pytest.mark.parametrize("fact", [held("Floor"), booked("Floor")])
def test_a_new_booking_is_found_by_its_booking_and_its_customer(fact: Fact) -> None:
    assert tags(fact) == ("booking:b1", "customer:anna")


@pytest.mark.parametrize("fact", [held("Floor", customer=GUEST), booked("Floor", customer=GUEST)])
def test_a_booking_for_somebody_without_an_account_is_found_by_the_booking_only(fact: Fact) -> None:
    assert tags(fact) == ("booking:b1",)


@pytest.mark.parametrize("fact", [confirmed(), cancelled("b1-1"), expired(), paid_too_late()])
def test_what_happens_to_a_booking_is_found_by_the_booking(fact: Fact) -> None:
    assert tags(fact) == ("booking:b1",)


@pytest.mark.parametrize("fact", [scheduled(), published(), sales_closed()])
def test_what_happens_to_a_whole_show_has_no_tags(fact: Fact) -> None:
    assert tags(fact) == ()
