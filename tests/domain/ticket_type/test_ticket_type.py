"""The catalogue of ticket types: added, changed, withdrawn."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from domain.money import Money
from domain.ticket_type.commands import AddTicketType, ChangeTicketType, TicketTypeCommand, WithdrawTicketType
from domain.ticket_type.decide import decide
from domain.ticket_type.evolve import evolve
from domain.ticket_type.facts import TicketTypeAdded, TicketTypeChanged, TicketTypeWithdrawn
from domain.ticket_type.refusals import TicketTypeAlreadyAdded, TicketTypeIsWithdrawn, TicketTypeNotFound
from domain.ticket_type.state import TicketType
from tests.domain.harness import Decider

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PRICE = Money(12000, "EUR")
ADD = AddTicketType("t1", "VIP", PRICE, "With champagne", NOON)
ADDED = TicketTypeAdded("t1", "VIP", PRICE, NOON, "With champagne")
WITHDRAWN = TicketTypeWithdrawn("t1", NOON)

given = Decider(TicketType, decide, evolve).given


def change(name: str = "VIP", price: Money = PRICE, description: str = "With champagne") -> ChangeTicketType:
    return ChangeTicketType("t1", name, price, description, NOON)


def test_a_ticket_type_keeps_whose_it_is() -> None:
    owned = given().when(replace(ADD, owner_id="olga")).then(replace(ADDED, owner_id="olga")).state
    assert owned.owner_id == "olga"
    changed = (
        given(replace(ADDED, owner_id="olga"), WITHDRAWN).when(WithdrawTicketType("t1", NOON)).then().state
    )
    assert changed.owner_id == "olga"
    assert given().when(ADD).then(ADDED).state.owner_id is None


def test_a_ticket_type_is_added_with_all_that_was_said() -> None:
    after = given().when(ADD).then(ADDED).state
    assert after == TicketType("t1", "VIP", PRICE, "With champagne", "active", NOON, version=1)


@pytest.mark.parametrize("history", [[ADDED], [ADDED, WITHDRAWN]])
def test_a_ticket_type_is_added_once(history: list[object]) -> None:
    given(history).when(ADD).refuses(TicketTypeAlreadyAdded("t1"))


@pytest.mark.parametrize(
    "command",
    [
        change("Premium"),
        change(price=Money(12000, "CHF")),
        change(price=Money(1, "EUR")),
        change(description=""),
    ],
)
def test_each_part_of_a_ticket_type_can_change(command: ChangeTicketType) -> None:
    changed = TicketTypeChanged("t1", command.name, command.price, NOON, command.description)
    after = given(ADDED).when(command).then(changed).state
    assert (after.name, after.price, after.description) == (command.name, command.price, command.description)


def test_a_change_to_what_it_is_already_adds_nothing() -> None:
    given(ADDED).when(change()).then()


def test_a_ticket_type_is_withdrawn_once() -> None:
    assert given(ADDED).when(WithdrawTicketType("t1", NOON)).then(WITHDRAWN).state.status == "withdrawn"
    given(ADDED, WITHDRAWN).when(WithdrawTicketType("t1", NOON)).then()


def test_what_is_withdrawn_does_not_change() -> None:
    given(ADDED, WITHDRAWN).when(change("Premium")).refuses(TicketTypeIsWithdrawn("t1"))


@pytest.mark.parametrize("command", [change(), WithdrawTicketType("t1", NOON)])
def test_what_is_not_in_the_catalogue_is_not_found(command: TicketTypeCommand) -> None:
    given().when(command).refuses(TicketTypeNotFound("t1"))
