"""Users who may not get in, and that somebody is always left who can administrate."""

from datetime import UTC, datetime

from domain.user.commands import ChangeUserRole, DisableUser, EnableUser
from domain.user.decide import decide
from domain.user.evolve import evolve
from domain.user.facts import ApiKeyMade, UserDisabled, UserEnabled, UserRegistered, UserRoleChanged
from domain.user.refusals import LastAdministrator, UserNotFound
from domain.user.state import User
from tests.domain.harness import Decider

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLERK = UserRegistered("u1", "anna@example.org", "Anna Rossi", "box_office", NOON)
ADMIN = UserRegistered("u1", "anna@example.org", "Anna Rossi", "admin", NOON)
DISABLED = UserDisabled("u1", NOON)
KEY = ApiKeyMade("u1", "k1", "box_office", None, None, NOON)

given = Decider(User, decide, evolve).given


def test_a_user_is_disabled_and_enabled_again() -> None:
    after = given(CLERK).when(DisableUser("u1", NOON)).then(DISABLED)
    assert after.state.disabled
    assert not after.when(EnableUser("u1", NOON)).then(UserEnabled("u1", NOON)).state.disabled


def test_what_a_user_is_already_adds_nothing() -> None:
    given(CLERK, DISABLED).when(DisableUser("u1", NOON)).then()
    given(CLERK).when(EnableUser("u1", NOON)).then()


def test_nobody_is_neither_disabled_nor_enabled() -> None:
    given().when(DisableUser("u1", NOON)).refuses(UserNotFound("u1"))
    given().when(EnableUser("u1", NOON)).refuses(UserNotFound("u1"))


def test_the_last_administrator_stays_one() -> None:
    given(ADMIN).when(ChangeUserRole("u1", "customer", NOON)).refuses(LastAdministrator())
    given(ADMIN).when(DisableUser("u1", NOON)).refuses(LastAdministrator())


def test_one_of_several_administrators_may_go() -> None:
    changed = UserRoleChanged("u1", "customer", NOON)
    given(ADMIN).when(ChangeUserRole("u1", "customer", NOON, 1)).then(changed)
    given(ADMIN).when(DisableUser("u1", NOON, 1)).then(DISABLED)


def test_a_disabled_administrator_is_none_that_could_be_missed() -> None:
    changed = UserRoleChanged("u1", "customer", NOON)
    given(ADMIN, DISABLED).when(ChangeUserRole("u1", "customer", NOON)).then(changed)


def test_keys_end_with_the_role_and_with_the_account() -> None:
    assert given(CLERK, KEY).state.keys == {"k1"}
    assert not given(CLERK, KEY, DISABLED, UserEnabled("u1", NOON)).state.keys
    assert not given(CLERK, KEY, UserRoleChanged("u1", "customer", NOON)).state.keys
