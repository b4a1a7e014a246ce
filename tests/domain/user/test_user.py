"""Users: registered once, and given other roles."""

from datetime import UTC, datetime

import pytest

from domain.user.commands import ChangeUserRole, EraseUser, RegisterUser
from domain.user.decide import decide
from domain.user.evolve import evolve
from domain.user.facts import UserErased, UserRegistered, UserRoleChanged
from domain.user.refusals import UserAlreadyRegistered, UserNotFound
from domain.user.state import User
from tests.domain.harness import Decider

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
REGISTERED = UserRegistered("u1", "anna@example.org", "Anna Rossi", "customer", NOON)

given = Decider(User, decide, evolve).given


def test_somebody_registers_with_all_that_was_said() -> None:
    command = RegisterUser("u1", "anna@example.org", "Anna Rossi", "customer", NOON)
    after = given().when(command).then(REGISTERED).state
    assert after == User("u1", "anna@example.org", "Anna Rossi", "customer", version=1)


@pytest.mark.parametrize("email", ["anna@example.org", "somebody@else.org"])
def test_an_account_is_registered_once_and_the_refusal_repeats_no_address(email: str) -> None:
    command = RegisterUser("u1", email, "Anna", "customer", NOON)
    given(REGISTERED).when(command).refuses(UserAlreadyRegistered())


def test_a_user_gets_another_role() -> None:
    after = (
        given(REGISTERED).when(ChangeUserRole("u1", "admin", NOON)).then(UserRoleChanged("u1", "admin", NOON))
    )
    assert after.state.role == "admin"


def test_a_role_that_one_has_already_adds_nothing() -> None:
    given(REGISTERED).when(ChangeUserRole("u1", "customer", NOON)).then()


def test_nobody_has_no_role() -> None:
    given().when(ChangeUserRole("u1", "admin", NOON)).refuses(UserNotFound("u1"))


def test_of_whom_was_erased_nothing_is_left_but_the_id() -> None:
    after = given(REGISTERED).when(EraseUser("u1", NOON)).then(UserErased("u1", NOON)).state
    assert after == User("u1", version=2, erased=True)


def test_whoever_has_been_erased_is_erased_once_and_gets_neither_role_nor_account() -> None:
    erased = [REGISTERED, UserErased("u1", NOON)]
    given(erased).when(EraseUser("u1", NOON)).then()
    given(erased).when(ChangeUserRole("u1", "admin", NOON)).refuses(UserNotFound("u1"))
    command = RegisterUser("u1", "anna@example.org", "Anna", "customer", NOON)
    given(erased).when(command).refuses(UserAlreadyRegistered())


def test_nobody_cannot_be_erased() -> None:
    given().when(EraseUser("u1", NOON)).refuses(UserNotFound("u1"))
