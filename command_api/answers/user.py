"""A user, rendered."""

from datetime import datetime
from typing import Any

from command_api.answers.json import resource
from command_api.writing.answer import Answer
from domain.user.state import User


def registered_user(user: User, _created_at: datetime) -> Answer:
    """The shape of `resources.user.User`."""
    body = {"id": user.id, "email": user.email, "name": user.name, "role": user.role}
    return resource(body, user.version, 201, "/api/v1/auth/me")


def added_account(user: User, created_at: datetime) -> Answer:
    """The shape of `resources.user.Account`, for somebody who has just been given one."""
    return resource(account(user, created_at), user.version, 201, f"/api/v1/users/{user.id}")


def changed_account(user: User, created_at: datetime) -> Answer:
    """The shape of `resources.user.Account`."""
    return resource(account(user, created_at), user.version)


def account(user: User, created_at: datetime) -> dict[str, Any]:
    """The shape of `resources.user.Account`."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "status": "disabled" if user.disabled else "active",
        "created_at": created_at,
    }
