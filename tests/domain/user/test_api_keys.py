"""Keys for programs and devices: who may make which."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from domain.user.api_keys import KEYS_MAX
from domain.user.commands import MakeApiKey, RevokeApiKey
from domain.user.decide import decide
from domain.user.evolve import evolve
from domain.user.facts import ApiKeyMade, ApiKeyRevoked, UserDisabled, UserRegistered
from domain.user.refusals import (
    ApiKeyNotFound,
    KeyExpiryIsPast,
    KeyNeedsEvents,
    KeyRoleNotAllowed,
    TooManyApiKeys,
    UserNotFound,
)
from domain.user.state import User
from tests.domain.harness import Decider

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROLES = ("customer", "box_office", "organizer", "auditor", "admin")

given = Decider(User, decide, evolve).given


def user(role: str) -> UserRegistered:
    return UserRegistered("u1", "anna@example.org", "Anna Rossi", role, NOON)


def make(
    role: str, events: tuple[str, ...] | None = ("e1",), expires_at: datetime | None = None
) -> MakeApiKey:
    return MakeApiKey("u1", "k1", role, events, expires_at, NOON)


def made(role: str, key_id: str = "k1") -> ApiKeyMade:
    return ApiKeyMade("u1", key_id, role, ("e1",), None, NOON)


@pytest.mark.parametrize(
    ("maker", "allowed"),
    [
        ("customer", set()),
        ("box_office", {"box_office"}),
        ("organizer", {"organizer"}),
        ("auditor", set()),
        ("admin", {"customer", "box_office", "organizer", "auditor"}),
    ],
)
def test_nobody_makes_a_key_that_may_more_than_they(maker: str, allowed: set[str]) -> None:
    for role in ROLES:
        asked = given(user(maker)).when(make(role))
        if role in allowed:
            asked.then(made(role))
        else:
            asked.refuses(KeyRoleNotAllowed(role))


@pytest.mark.parametrize("events", [None, ()])
def test_an_organizer_says_for_which_events(events: tuple[str, ...] | None) -> None:
    given(user("organizer")).when(make("organizer", events)).refuses(KeyNeedsEvents())


def test_a_key_that_would_have_expired_is_not_made() -> None:
    given(user("admin")).when(make("auditor", expires_at=NOON)).refuses(KeyExpiryIsPast())
    soon = NOON + timedelta(seconds=1)
    expected = ApiKeyMade("u1", "k1", "auditor", ("e1",), soon, NOON)
    given(user("admin")).when(make("auditor", expires_at=soon)).then(expected)


def test_an_account_has_a_bounded_number_of_keys_and_revoked_ones_do_not_count() -> None:
    many = [made("box_office", f"k{number}") for number in range(2, KEYS_MAX + 2)]
    full = given(user("box_office"), many)
    full.when(make("box_office")).refuses(TooManyApiKeys(KEYS_MAX))
    after = full.when(RevokeApiKey("u1", "k2", NOON)).then(ApiKeyRevoked("u1", "k2", NOON))
    after.when(make("box_office")).then(made("box_office"))


def test_only_a_key_that_is_there_is_revoked() -> None:
    given(user("admin")).when(RevokeApiKey("u1", "k1", NOON)).refuses(ApiKeyNotFound("k1"))


def test_who_is_not_let_in_makes_no_keys() -> None:
    given().when(make("box_office")).refuses(UserNotFound("u1"))
    given(user("admin"), UserDisabled("u1", NOON)).when(make("box_office")).refuses(UserNotFound("u1"))


def test_whoever_is_no_organizer_need_not_name_events() -> None:
    given(user("box_office")).when(make("box_office", None)).then(replace(made("box_office"), events=None))
