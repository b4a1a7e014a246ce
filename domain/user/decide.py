"""Decide one command about a user."""

from domain.refusal import Refused
from domain.user.api_keys import make_api_key, revoke_api_key
from domain.user.commands import (
    ChangeUserRole,
    DisableUser,
    EnableUser,
    EraseUser,
    MakeApiKey,
    RegisterUser,
    RevokeApiKey,
    UserCommand,
)
from domain.user.facts import (
    UserDisabled,
    UserEnabled,
    UserErased,
    UserFact,
    UserRegistered,
    UserRoleChanged,
)
from domain.user.refusals import LastAdministrator, UserAlreadyRegistered, UserNotFound
from domain.user.state import User


def decide(command: UserCommand, user: User) -> list[UserFact]:
    """The facts that follow from `command`; raises `Refused`."""
    match command:
        case RegisterUser():
            if user.id:
                raise Refused(UserAlreadyRegistered())
            return [UserRegistered(command.user_id, command.email, command.name, command.role, command.now)]
        case ChangeUserRole():
            return _change_role(command, user)
        case DisableUser():
            return _disable(command, user)
        case EnableUser():
            _must_be_there(command.user_id, user)
            return [UserEnabled(user.id, command.now)] if user.disabled else []
        case EraseUser():
            return _erase(command, user)
        case MakeApiKey():
            return make_api_key(command, user)
        case RevokeApiKey():
            return revoke_api_key(command, user)


def _change_role(command: ChangeUserRole, user: User) -> list[UserFact]:
    _must_be_there(command.user_id, user)
    if command.role == user.role:
        return []
    _must_leave_an_administrator(user, command.other_administrators)
    return [UserRoleChanged(user.id, command.role, command.now)]


def _disable(command: DisableUser, user: User) -> list[UserFact]:
    _must_be_there(command.user_id, user)
    if user.disabled:
        return []
    _must_leave_an_administrator(user, command.other_administrators)
    return [UserDisabled(user.id, command.now)]


def _erase(command: EraseUser, user: User) -> list[UserFact]:
    if not user.id:
        raise Refused(UserNotFound(command.user_id))
    if user.erased:
        return []
    _must_leave_an_administrator(user, command.other_administrators)
    return [UserErased(user.id, command.now)]


def _must_be_there(user_id: str, user: User) -> None:
    if not user.id or user.erased:
        raise Refused(UserNotFound(user_id))


def _must_leave_an_administrator(user: User, others: int) -> None:
    if user.is_administrator and others == 0:
        raise Refused(LastAdministrator())
