"""Fold one fact into a user."""

from msgspec.structs import replace

from domain.user.facts import UserErased, UserFact, UserRegistered, UserRoleChanged
from domain.user.state import User


def evolve(user: User, fact: UserFact) -> User:
    """The user after `fact`. Total."""
    return replace(_after(user, fact), version=user.version + 1)


def _after(user: User, fact: UserFact) -> User:
    match fact:
        case UserRegistered():
            return User(fact.user_id, fact.email, fact.name, fact.role)
        case UserRoleChanged():
            return replace(user, role=fact.role)
        case UserErased():
            return User(fact.user_id, erased=True)
