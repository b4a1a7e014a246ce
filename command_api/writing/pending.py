"""A command waiting to be decided and committed."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from command_api.errand import Errand
from command_api.writing.answer import Answer, Reply
from command_api.writing.failures import ClientLeft, OutcomeUnknown, PreconditionFailed
from domain.refusal import Refused

AnswerNo = Callable[[Refused | PreconditionFailed], Answer]


def _stays() -> bool:
    return False


class Pending:
    """`command` with all that is needed to decide it, record it and answer it.

    `command_id` is a UUID, derived from the caller and their idempotency key where there is one: then `fingerprint`
    says what was asked. `metadata` is canonical JSON about who and why. `check` refuses on a failed precondition;
    `versions` are those that it admits, where it looks at any.
    `render` makes the answer from the state after the decision and the facts decided; `answer_no` that of a no, which
    is kept under the key then. Where there is none, another try after a no is decided anew.
    `errand` says the same as `check` and `render` as data, where it can be said: what has one may be handed over.
    `deadline` is on the event loop's clock, in seconds: past it nobody waits any more. `has_left` says whether whoever
    asked is gone, and `is_shared` that somebody else waits for the same answer. The writer counts its commands by
    `number`, and notes in `lost_after` after which version an append with this one's facts was lost from sight.
    """

    __slots__ = (
        "answer_no", "check", "command", "command_id", "deadline", "errand", "fingerprint", "future", "has_left",
        "is_shared", "lost_after", "metadata", "number", "render", "versions",
    )  # fmt: skip

    def __init__(
        self,
        *,
        command: Any,
        command_id: str,
        fingerprint: bytes | None,
        metadata: bytes,
        check: Callable[[Any], None] | None,
        render: Callable[[Any, list[Any]], Answer],
        future: "asyncio.Future[Reply]",
        deadline: float,
        has_left: Callable[[], bool] = _stays,
        versions: frozenset[int] | None = None,
        errand: Errand | None = None,
        answer_no: AnswerNo | None = None,
    ) -> None:
        self.command = command
        self.command_id = command_id
        self.fingerprint = fingerprint
        self.metadata = metadata
        self.check = check
        self.render = render
        self.answer_no = answer_no
        self.future = future
        self.deadline = deadline
        self.has_left = has_left
        self.is_shared = False
        self.versions = versions
        self.errand = errand
        self.number = 0
        self.lost_after: int | None = None

    @property
    def now(self) -> datetime:
        """The moment the command was given."""
        moment: datetime = self.command.now
        return moment

    def is_forsaken(self) -> bool:
        """Nobody waits for it any more, so nothing is to be done. If it was keyed, a retry will find it not done."""
        if self.is_shared or not self.has_left():
            return False
        self.fail(ClientLeft() if self.lost_after is None else OutcomeUnknown())
        return True

    def reply(self, answer: Answer, position: int, replayed: bool = False) -> None:
        """Answer whoever waits; a waiter that went away is nobody."""
        if not self.future.done():
            self.future.set_result(Reply(answer, position, replayed))

    def fail(self, error: Exception) -> None:
        """Tell whoever waits that there will be no answer, or that the answer is no."""
        if not self.future.done():
            self.future.set_exception(error)
