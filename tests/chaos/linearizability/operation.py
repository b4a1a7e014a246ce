"""What somebody did, as far as they know, and what a thing must be for them to have been told so."""

import math
from collections.abc import Hashable, Iterable
from typing import Generic, NamedTuple, Protocol, TypeVar

S = TypeVar("S", bound=Hashable)
E = TypeVar("E")

NEVER = math.inf


class Operation(NamedTuple, Generic[E]):
    """One operation on one thing. It took effect at one moment between `invoked` and `completed`.

    With `completed` NEVER its outcome is unknown: it took effect once, at any moment after it was invoked, or never.
    `hint` orders the search where much is possible; it changes no verdict.
    """

    name: str
    invoked: float
    completed: float
    effect: E
    hint: float = 0.0

    @property
    def is_optional(self) -> bool:
        return self.completed == NEVER


class Model(Protocol[S, E]):
    """A thing for one user at a time. States are hashable."""

    @property
    def initial(self) -> S: ...

    def after(self, state: S, operation: Operation[E]) -> Iterable[S]:
        """The states in which `operation` may leave the thing; none when it cannot have happened in `state`."""
        ...
