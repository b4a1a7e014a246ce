"""A user, rendered."""

from command_api.answers.json import resource
from command_api.writing.answer import Answer
from domain.user.state import User


def registered_user(user: User) -> Answer:
    """The shape of `resources.user.User`."""
    body = {"id": user.id, "email": user.email, "name": user.name, "role": user.role}
    return resource(body, user.version, 201, "/api/v1/auth/me")
