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

    An API key has an id of its own. `events` are the only ones it reaches, None has no such limit; `acts_for` is the id
    of the account that it belongs to.
    """

    id: str
    role: Role
    name: str
    email: str
    events: frozenset[str] | None = None
    acts_for: str | None = None

    @property
    def account_id(self) -> str:
        """Whose is what this caller makes: with a key it is its account's."""
        return self.acts_for or self.id


FORBIDDEN = ProblemDetail(403, "forbidden", "Your role does not allow this")
