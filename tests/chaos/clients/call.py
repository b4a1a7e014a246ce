"""What a client asked, how often, and what it was told in the end."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Said(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Attempt(NamedTuple):
    """One request of a call; `status` None means that there was no answer."""

    invoked: float
    ended: float
    door: str
    status: int | None
    code: str

    @property
    def said(self) -> Said:
        if self.status in {200, 201}:
            return Said.DONE
        if self.status is None or self.status >= 500 or self.status == 429:
            return Said.UNKNOWN
        return Said.REFUSED


@dataclass
class Call:
    """One command under its key. `before` is the booking as the client knew it, where the command is about one;
    `answer` is the JSON of the last answer.
    """

    client: str
    key: str
    action: str
    show: str
    path: str
    body: dict[str, Any]
    before: dict[str, Any] | None = None
    attempts: list[Attempt] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)
    position: int = 0

    @property
    def said(self) -> Said:
        return self.attempts[-1].said if self.attempts else Said.UNKNOWN

    @property
    def code(self) -> str:
        return self.attempts[-1].code

    @property
    def invoked(self) -> float:
        return self.attempts[0].invoked

    @property
    def completed(self) -> float:
        return self.attempts[-1].ended

    @property
    def was_doubtful(self) -> bool:
        """Whether an earlier attempt may be carried out although the last one was refused."""
        return any(attempt.said is Said.UNKNOWN for attempt in self.attempts)
