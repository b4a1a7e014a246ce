"""What facts say, decoded once for all the projectors of a process: many of them fold the same ones."""

from collections.abc import Callable
from typing import Any

from domain.codec import CODEC
from eventstore.facts import RecordedFact

Decode = Callable[[RecordedFact], Any]
"""Raises `domain.codec.UnknownFact` for a fact of newer code, and whatever is wrong with the data of any other."""


def decoded(recorded: RecordedFact) -> Any:
    """The fact."""
    return CODEC.decode(recorded.name, recorded.schema_version, recorded.data)


class Decoding:
    """`decoded`, which remembers about `facts_max` facts. They are frozen, so no fold can spoil one for another."""

    def __init__(self, facts_max: int) -> None:
        self._facts_max = facts_max
        self._known: dict[int, tuple[RecordedFact, Any]] = {}

    def __call__(self, recorded: RecordedFact) -> Any:
        known = self._known.get(recorded.position)
        # Only the very same: read once more, a position may hold what somebody has tampered with.
        if known is not None and known[0] is recorded:
            return known[1]
        fact = decoded(recorded)
        if len(self._known) >= self._facts_max:
            self._known.clear()
        self._known[recorded.position] = recorded, fact
        return fact
