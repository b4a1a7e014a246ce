"""A command whose append was lost from sight, found carried out."""

from typing import Any

from command_api.writing.pending import Pending


class Found:
    """The facts of one such command, gathered while the log is read: they may be spread over two pages."""

    __slots__ = ("_pending", "command_id", "facts")

    def __init__(self, pending: Pending) -> None:
        self._pending = pending
        self.command_id = pending.command_id
        self.facts: list[Any] = []

    def answer(self, state: Any, position: int) -> None:
        """Answer as if the append had been seen: `state` is the one right after the command."""
        self._pending.reply(self._pending.render(state, self.facts), position)
