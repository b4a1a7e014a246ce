"""Which facts of many somebody wants, and in which order."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from eventstore.facts import RecordedFact

POSITION_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Facts of these `names`, caused `by` somebody, recorded from `since` on and before `until`; None is no such limit.

    They go on behind position `after` in the order asked for, which is the log's or its opposite, and none of them is
    beyond `upto`.
    """

    names: frozenset[str] | None = None
    by: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None
    upto: int = POSITION_MAX
    descending: bool = False

    @property
    def low(self) -> int:
        """All of them are behind this position."""
        return 0 if self.after is None or self.descending else self.after

    @property
    def high(self) -> int:
        """The last position that one of them may have."""
        return min(self.upto, self.after - 1) if self.descending and self.after is not None else self.upto

    @property
    def author(self) -> str | None:
        """What stands in the metadata of a fact that they caused. A string has no bare quotation mark inside, so it
        stands nowhere else.
        """
        return None if self.by is None else f'"by":{{"id":{orjson.dumps(self.by).decode()}'

    def takes(self, fact: RecordedFact) -> bool:
        """Whether it is one of them."""
        return (
            self.low < fact.position <= self.high
            and (self.names is None or fact.name in self.names)
            and (self.author is None or self.author in fact.metadata)
            and (self.since is None or fact.recorded_at >= self.since)
            and (self.until is None or fact.recorded_at < self.until)
        )
