"""Fold one fact into a user."""

from msgspec.structs import replace

from domain.user.facts import (
    ApiKeyMade,
    ApiKeyRevoked,
    UserDisabled,
    UserEnabled,
    UserErased,
    UserFact,
    UserRegistered,
    UserRoleChanged,
)
from domain.user.state import User


def evolve(user: User, fact: UserFact) -> User:
    """The user after `fact`. Total."""
    return replace(_after(user, fact), version=user.version + 1)


def _after(user: User, fact: UserFact) -> User:
    match fact:
        case UserRegistered():
            return User(fact.user_id, fact.email, fact.name, fact.role)
        case UserRoleChanged():
            # Keys were made for what the user might do then.
            return replace(user, role=fact.role, keys=frozenset())
        case UserDisabled():
            return replace(user, disabled=True, keys=frozenset())
        case UserEnabled():
            return replace(user, disabled=False)
        case ApiKeyMade():
            return replace(user, keys=user.keys | {fact.key_id})
        case ApiKeyRevoked():
            return replace(user, keys=user.keys - {fact.key_id})
        case UserErased():
            return User(fact.user_id, erased=True)
