"""An aggregate as the write path sees it: five functions, the same skeleton for all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, Self, TypeVar


class Folded(Protocol):
    """State that can be taken back to where it last was for certain."""

    def savepoint(self) -> Self:
        """From here on what is folded is tentative."""
        ...

    def restored(self) -> Self:
        """The state at this savepoint."""
        ...


S = TypeVar("S", bound=Folded)


def _nothing_lapses(_state: Any, _now: datetime) -> list[Any]:
    return []


@dataclass(frozen=True)
class Aggregate(Generic[S]):
    """`lapse` gives the facts that time alone has made true; it is asked, and folded, before every decision."""

    name: str
    initial: Callable[[], S]
    decide: Callable[[Any, S], list[Any]]
    evolve: Callable[[S, Any], S]
    lapse: Callable[[S, datetime], list[Any]] = _nothing_lapses

    def stream(self, id: str) -> str:
        """The stream's key: `show-<id>`."""
        return f"{self.name}-{id}"
