"""A letter, and whoever can send one."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """To one address. What it says may open an account, so it is not shown in logs."""

    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        return "Letter(...)"


class NotDelivered(Exception):
    """The letter could not be sent; `for_good` when it would be refused again."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


class Mail(Protocol):
    """Takes a letter to whom it is for."""

    async def send(self, letter: Letter) -> None:
        """Raises NotDelivered."""
        ...
