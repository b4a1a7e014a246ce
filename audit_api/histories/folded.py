"""What each of some facts of a stream changed, out of one fold of the stream up to the last of them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from audit_api.histories.entry import Changes, State, differences
from audit_api.lifespan_state import AuditServices
from domain.codec import CODEC
from eventstore.wanted import Wanted

_log = logging.getLogger(__name__)

A = TypeVar("A")


@dataclass(frozen=True)
class Folding(Generic[A]):
    """How an aggregate is folded and told: `state` is flat, and `page_facts` are read at a time."""

    initial: Callable[[], A]
    evolve: Callable[[A, Any], A]
    state: Callable[[A], State]
    page_facts: int

    async def changes(self, services: AuditServices, stream: str, positions: set[int]) -> dict[int, Changes]:
        """By position, what the facts at `positions` changed; nothing from the first one on that cannot be folded.

        Only facts about the stream itself are folded, none about a booking in it. Raises `StoreUnavailable`.
        """
        found: dict[int, Changes] = {}
        aggregate, wanted = self.initial(), Wanted(upto=max(positions))
        while True:
            page, goes_on = await services.selections.about_stream(stream, wanted, self.page_facts)
            for fact in page:
                before = self.state(aggregate) if fact.position in positions else {}
                try:
                    aggregate = self.evolve(
                        aggregate, CODEC.decode(fact.name, fact.schema_version, fact.data)
                    )
                except Exception:  # noqa: BLE001 - whatever an altered fact does to the fold, the history must be shown
                    _log.exception("%s cannot be folded from position %d on", stream, fact.position)
                    return found
                if fact.position in positions:
                    found[fact.position] = differences(before, self.state(aggregate))
            if goes_on is None:
                return found
            wanted = Wanted(upto=wanted.upto, after=goes_on)
