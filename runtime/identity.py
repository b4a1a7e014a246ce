"""Who is calling: the identity a verified token stands for."""

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from runtime.problems import Problem, ProblemDetail


class Role(StrEnum):
    """What a caller may do, as carried in tokens. The names are a wire format: never rename one."""

    CUSTOMER = "customer"
    BOX_OFFICE = "box_office"
    ORGANIZER = "organizer"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """`id` is a UUID in text, `name` and `email` are as they stood when the token was issued.

    `events` are the only ones an API key is for; None, as for everybody who signs in, is no such limit.
    """

    id: str
    role: Role
    name: str
    email: str
    events: frozenset[str] | None = None


FORBIDDEN = ProblemDetail(403, "forbidden", "Your role does not allow this")


def must_be(caller: Caller, roles: Container[Role]) -> None:
    """Raises Problem 403 `forbidden` unless the caller has one of `roles`. An administrator has them all."""
    if caller.role not in roles and caller.role is not Role.ADMIN:
        raise Problem(FORBIDDEN)
