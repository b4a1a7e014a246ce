"""Personal data is marked in the types, so that whoever erases it cannot forget a field."""

from typing import get_args, get_type_hints

import msgspec
import pytest

from domain.codec import Fact
from domain.personal import Person, PersonalText, personal_fields
from domain.show.facts import (
    BookingTransferred,
    PlacesReplaced,
    SeatsBooked,
    SeatsHeld,
    TicketHolderNamed,
    TicketsAdded,
    TicketsExchanged,
)
from domain.user.facts import UserRegistered
from domain.value import Value

ABOUT_PEOPLE = {
    SeatsHeld: ["customer.name", "customer.email", "tickets.holder"],
    SeatsBooked: ["customer.name", "customer.email", "tickets.holder"],
    PlacesReplaced: ["tickets.holder"],
    TicketsAdded: ["tickets.holder"],
    TicketsExchanged: ["tickets.holder"],
    BookingTransferred: ["customer.name", "customer.email"],
    TicketHolderNamed: ["holder"],
    UserRegistered: ["email", "name"],
}


@pytest.mark.parametrize("fact", get_args(Fact))
def test_these_facts_have_personal_fields_and_no_others_have(fact: type[msgspec.Struct]) -> None:
    assert personal_fields(fact) == ABOUT_PEOPLE.get(fact, [])


@pytest.mark.parametrize("fact", get_args(Fact))
def test_an_address_or_a_persons_name_cannot_stand_in_a_fact_unmarked(fact: type[msgspec.Struct]) -> None:
    fields = get_type_hints(fact, include_extras=True)
    telling = {"email", "phone", "first_name", "last_name", "full_name", "customer_name", "birthday"}
    if "user_id" in fields:
        telling |= {"name", "address"}
    assert {name: fields[name] for name in telling & fields.keys() if fields[name] is not PersonalText} == {}


@pytest.mark.parametrize("fact", get_args(Fact))
def test_somebody_a_fact_is_about_is_always_a_person(fact: type[msgspec.Struct]) -> None:
    """A customer as unmarked text or another class would be out of reach of the mark; a holder is a name, marked."""
    fields = get_type_hints(fact, include_extras=True)
    people = [fields[name] for name in ("customer", "holder", "person") if name in fields]
    assert all(kind in (Person, PersonalText) for kind in people)


def test_personal_fields_are_found_in_lists_options_and_values_within_values() -> None:
    class Party(Value, frozen=True):
        guests: tuple[Person, ...]
        host: Person | None
        nickname: PersonalText
        nicknames: tuple[PersonalText, ...]
        where: str

    assert personal_fields(Party) == [
        "guests.name", "guests.email", "host.name", "host.email", "nickname", "nicknames",
    ]  # fmt: skip
