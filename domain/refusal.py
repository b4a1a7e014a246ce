"""A refusal is a command's "no": a frozen value that says what prevents it, carried by one exception.

The reason is frozen, the exception is not: a frozen exception breaks in context managers, which set its traceback.
"""

from domain.value import Value


class Refusal(Value, frozen=True):
    """What prevents a command, with the data behind it. Subclasses are named for the obstacle: `SeatsNotAvailable`."""


class Refused(Exception):
    """Raised by a decision that says no."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason
