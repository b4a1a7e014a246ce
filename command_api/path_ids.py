"""Ids in paths: what cannot be an id is not found, like an id that nobody has."""

from uuid import UUID

from starlette.requests import Request

from command_api.refused import refusal_problem
from domain.refusal import Refusal
from runtime.problems import Problem

ID_CHARS = 36


def path_id(request: Request, name: str, not_found: type[Refusal]) -> str:
    """The path parameter `name`, a UUID in lower case. Raises Problem 404 with `not_found`'s code for anything else."""
    return checked_id(request.path_params[name], not_found)


def checked_id(text: str, not_found: type[Refusal]) -> str:
    """`text` as an id; the same for one in a body."""
    if len(text) == ID_CHARS and text.isascii() and text.replace("-", "").isalnum():
        return text.lower()
    raise Problem(refusal_problem(not_found(text)))


def uuid_of(text: str) -> str | None:
    """`text` as a UUID that a column can be compared with; None for anything else."""
    try:
        return str(UUID(text)) if len(text) == ID_CHARS else None
    except ValueError:
        return None
