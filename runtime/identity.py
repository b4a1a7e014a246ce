"""Who is calling: the identity a verified token stands for."""

from dataclasses import dataclass
from enum import StrEnum

from runtime.problems import ProblemDetail


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

    `events` is for an API key that reaches no others than these; None has no such limit. `owner_id` is whose API key it
    is; None for whoever is no key.
    """

    id: str
    role: Role
    name: str
    email: str
    events: frozenset[str] | None = None
    owner_id: str | None = None


FORBIDDEN = ProblemDetail(403, "forbidden", "Your role does not allow this")
