"""Every operation, asked by everybody: who may not call it is told so before anything else is looked at."""

from dataclasses import replace

import pytest

from runtime.http.access import Token
from runtime.identity import Role
from runtime.ids import new_id
from tests.roles.conftest import OPERATIONS, PEOPLE, World

NEED_A_TOKEN = sorted(name for name, each in OPERATIONS.items() if each.access.token is not Token.IGNORED)
IGNORE_TOKENS = sorted(OPERATIONS.keys() - set(NEED_A_TOKEN))
SIGNING_OUT = {"Logout", "LogoutEverywhere"}


def minimal(operation: str) -> dict[str, str] | None:
    """A body that is JSON, and valid nowhere that anything is required."""
    return None if OPERATIONS[operation].method == "GET" else {}


@pytest.mark.parametrize("role", PEOPLE, ids=lambda role: "anonymous" if role is None else str(role))
@pytest.mark.parametrize("operation", sorted(OPERATIONS))
async def test_everybody_is_let_in_or_refused_as_the_operation_declares(
    operation: str, role: Role | None, world: World
) -> None:
    may = OPERATIONS[operation].access.of(role)
    by = PEOPLE[role]
    if by is not None and operation in SIGNING_OUT:
        # Whoever it is, the others must still be able to ask.
        by = replace(by, id=new_id())
    answer = await world.ask(operation, by, json=minimal(operation))
    code = answer.json()["code"] if answer.status_code in (401, 403) else None
    if may != "no":
        assert code is None, answer.text
        assert answer.status_code < 500, answer.text
    elif role is None:
        assert (answer.status_code, code) == (401, "not-authenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    else:
        assert (answer.status_code, code) == (403, "forbidden")
    assert await world.last_position() == world.position, "nothing was asked for that could be done"


@pytest.mark.parametrize("operation", NEED_A_TOKEN)
async def test_a_bad_token_is_refused_wherever_one_is_looked_at(operation: str, world: World) -> None:
    bad = {"Authorization": "Bearer not.a.token"}
    answer = await world.ask(operation, None, json=minimal(operation), headers=bad)
    assert (answer.status_code, answer.json()["code"]) == (401, "token-invalid")


@pytest.mark.parametrize("operation", IGNORE_TOKENS)
async def test_a_bad_token_keeps_nobody_from_what_asks_for_none(operation: str, world: World) -> None:
    bad = {"Authorization": "Bearer not.a.token"}
    answer = await world.ask(operation, None, json=minimal(operation), headers=bad)
    assert answer.status_code not in {401, 403}, answer.text


def test_an_administrator_may_everything() -> None:
    assert [name for name, each in OPERATIONS.items() if each.access.of(Role.ADMIN) == "no"] == []


def test_an_auditor_reads_everything_and_writes_nothing() -> None:
    may = {name for name, each in OPERATIONS.items() if each.access.of(Role.AUDITOR) != "no"}
    reads = {name for name, each in OPERATIONS.items() if each.method == "GET"}
    assert reads <= may
    assert may - reads == {
        "ChangePassword", "ConfirmPasswordReset", "EndSession", "Login", "Logout", "LogoutEverywhere", "Refresh",
        "RegisterUser", "RequestPasswordReset",
    }  # fmt: skip


def test_whoever_shows_no_token_changes_nothing_but_their_own_sign_in() -> None:
    changing = {name for name, each in OPERATIONS.items() if each.method != "GET"}
    assert {name for name in changing if OPERATIONS[name].access.of(None) == "yes"} == {
        "ConfirmPasswordReset", "Login", "Refresh", "RegisterUser", "RequestPasswordReset",
    }  # fmt: skip


def test_customers_and_organizers_reach_nothing_of_others_that_is_not_public() -> None:
    for role in (Role.CUSTOMER, Role.ORGANIZER):
        reached = {name for name, each in OPERATIONS.items() if each.access.of(role) == "yes"}
        assert {name for name in reached if OPERATIONS[name].access.of(None) == "no"} == set()


def test_only_auditors_and_administrators_audit() -> None:
    for each in OPERATIONS.values():
        if "/audit/" in each.path:
            assert [role for role in PEOPLE if each.access.of(role) != "no"] == [Role.AUDITOR, Role.ADMIN]
