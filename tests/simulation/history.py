"""What was asked, when, and what was answered: the record that the judge holds against the log."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from command_api.writing.answer import Answer, Reply


@dataclass
class Attempt:
    """One try of one command. `version_*` count the stream's facts in the log, `commits_*` all commits, at the
    moment of asking and at that of the answer; `error` is what was raised instead of a reply. Who `has_left` hears
    neither.
    """

    number: int
    stream: str
    command: Any
    command_id: str
    fingerprint: bytes | None
    render: Callable[[Any, list[Any]], Answer]
    if_version: int | None
    asked_at: float
    patience: float
    version_asked: int
    commits_asked: int
    answered_at: float | None = None
    version_answered: int = 0
    commits_answered: int = 0
    reply: Reply | None = None
    error: BaseException | None = None
    has_left: bool = False

    @property
    def kind(self) -> str:
        """What came of it, in a word."""
        if self.reply is not None:
            return "replayed" if self.reply.replayed else "accepted"
        return type(self.error).__name__

    def __str__(self) -> str:
        return (
            f"attempt {self.number} {type(self.command).__name__} {self.command_id} on {self.stream}"
            f" asked {self.asked_at:.3f} at version {self.version_asked},"
            f" {self.kind} {self.answered_at or 0:.3f} at version {self.version_answered}"
        )


@dataclass
class History:
    attempts: list[Attempt] = field(default_factory=list)

    def of_command(self) -> dict[str, list[Attempt]]:
        """The attempts of each command id, in the order of asking."""
        found: dict[str, list[Attempt]] = {}
        for attempt in self.attempts:
            found.setdefault(attempt.command_id, []).append(attempt)
        return found
