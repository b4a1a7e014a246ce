"""docs/slices.md says what the code does: every command, fact, refusal, policy, operation and read model, by name."""

import re
from pathlib import Path
from types import ModuleType
from typing import Any, Union, get_args, get_origin

import pytest
from fastapi.routing import APIRoute

import command_api.app
import domain.person.commands
import domain.show.commands
import domain.ticket_type.commands
import domain.user.commands
import domain.venue.commands
from command_api.refused import _PROBLEMS
from domain.codec import REGISTRY
from domain.refusal import Refusal
from projections.read_models import PROJECTORS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "slices.md").read_text("utf-8")

COMMAND_UNIONS: tuple[tuple[ModuleType, str], ...] = (
    (domain.venue.commands, "VenueCommand"),
    (domain.ticket_type.commands, "TicketTypeCommand"),
    (domain.show.commands, "ShowCommand"),
    (domain.user.commands, "UserCommand"),
    (domain.person.commands, "PersonCommand"),
)
NO_COMMANDS = {
    "Login", "Refresh", "Logout", "LogoutEverywhere", "ListSessions", "EndSession",
    "ChangePassword", "RequestPasswordReset", "ConfirmPasswordReset",
    "ListUsers", "GetUser", "FindCustomers", "ListApiKeys",
}  # fmt: skip
"""Operations of the command side that write no facts."""

NAME = re.compile(r"`(\w+)`")


def rows(heading: str, level: str = "##") -> list[list[str]]:
    """The cells of every table row below a heading, up to the next one of its level; no heads of tables."""
    section = PAGE.split(f"\n{level} {heading}\n", 1)[1].split(f"\n{level} ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0].startswith("`")]


def names(cell: str) -> set[str]:
    return set(NAME.findall(cell))


def classes(union: Any) -> set[type]:
    """The classes in a union, however it is nested."""
    if get_origin(union) in (Union, type(int | str)):
        return {found for part in get_args(union) for found in classes(part)}
    return {union}


def subclasses(base: type[Refusal]) -> set[type[Refusal]]:
    children: list[type[Refusal]] = base.__subclasses__()
    return {found for child in children for found in (child, *subclasses(child))}


COMMANDS = {command.__name__ for module, name in COMMAND_UNIONS for command in classes(getattr(module, name))}
FACTS = {fact.__name__ for fact in REGISTRY.values()}
REFUSALS = {
    refusal.__name__: refusal for refusal in subclasses(Refusal) if refusal.__module__.startswith("domain.")
}
OPERATIONS = {
    route.operation_id
    for router in command_api.app.ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and route.operation_id
}


def test_every_command_has_a_row_of_its_own() -> None:
    listed = [row[0].strip("`") for row in rows("Commands")]
    assert sorted(listed) == sorted(COMMANDS)


def test_every_fact_follows_from_some_command_and_nothing_else_does() -> None:
    assert set().union(*(names(row[1]) for row in rows("Commands"))) - REFUSALS.keys() == FACTS


def test_only_refusals_that_exist_are_named() -> None:
    assert set().union(*(names(row[2]) for row in rows("Commands"))) <= REFUSALS.keys()


def test_every_operation_of_the_command_side_is_named() -> None:
    assert set().union(*(names(row[3]) for row in rows("Commands"))) == OPERATIONS - NO_COMMANDS


@pytest.mark.parametrize("row", rows("Commands"), ids=lambda row: str(row[0]))
def test_every_command_names_tests_that_are_there(row: list[str]) -> None:
    files = re.findall(r"`(tests/[\w/]+\.py)`", row[4])
    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_every_policy_is_listed_with_a_command_it_gives() -> None:
    files = {file.stem for file in (ROOT / "command_api" / "policies").glob("when_*.py")}
    listed = {row[0].strip("`"): row for row in rows("Policies")}
    assert listed.keys() == files
    assert all(names(row[1]) <= FACTS and names(row[2]) <= COMMANDS for row in listed.values())


def test_every_refusal_has_the_status_and_code_that_clients_get() -> None:
    listed = {
        name.strip("`"): (int(status), code.strip("`")) for name, status, code in rows("Refusals in the API")
    }
    assert listed == {name: _PROBLEMS[refusal][:2] for name, refusal in REFUSALS.items()}


def test_every_read_model_is_listed_with_the_facts_it_folds() -> None:
    listed = {row[0].strip("`"): names(row[1]) for row in rows("Read models")}
    assert listed == {
        name: {fact.__name__ for fact in projector.folds} for name, projector in PROJECTORS.items()
    }
