"""Decide one command about a user."""

from domain.refusal import Refused
from domain.user.commands import ChangeUserRole, EraseUser, RegisterUser, UserCommand
from domain.user.facts import UserErased, UserFact, UserRegistered, UserRoleChanged
from domain.user.refusals import UserAlreadyRegistered, UserNotFound
from domain.user.state import User


def decide(command: UserCommand, user: User) -> list[UserFact]:
    """The facts that follow from `command`; raises `Refused`."""
    match command:
        case RegisterUser():
            if user.id:
                raise Refused(UserAlreadyRegistered())
            return [UserRegistered(command.user_id, command.email, command.name, command.role, command.now)]
        case ChangeUserRole():
            if not user.id or user.erased:
                raise Refused(UserNotFound(command.user_id))
            unchanged = command.role == user.role
            return [] if unchanged else [UserRoleChanged(user.id, command.role, command.now)]
        case EraseUser():
            if not user.id:
                raise Refused(UserNotFound(command.user_id))
            return [] if user.erased else [UserErased(user.id, command.now)]
