"""Check that a log is whole: no fact changed, none missing, none inserted, in every stream."""

from collections.abc import Mapping
from typing import NamedTuple

from eventstore.facts import RecordedFact
from eventstore.hashing import BEFORE_THE_FIRST, expected_hash


class Break(NamedTuple):
    """The first bad fact: where it stands and what is wrong with it, in one sentence.

    `stream` is empty where no fact is left to say which stream it was in.
    """

    position: int
    stream: str
    version: int
    problem: str


class Verifier:
    """Takes facts in order of position (of the whole log or of one stream) and remembers the first break.

    Memory grows with the number of streams, not of facts: per stream its last version and hash. Whoever can look up
    how far a stream had got gives that with `resume`, and then memory does not grow at all.
    """

    def __init__(self, gapless: bool = True) -> None:
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._gapless = gapless
        self._position = 0
        self.facts = 0
        self.streams = 0
        self.first_bad: Break | None = None

    def resume(self, heads: Mapping[str, tuple[int, bytes]]) -> None:
        """Forget every stream but these: their last version and its hash before the next fact."""
        self._heads = dict(heads)

    def check(self, fact: RecordedFact) -> None:
        """The next fact. After the first break nothing more is looked at."""
        if self.first_bad is not None:
            return
        problem = self._problem(fact)
        if problem is not None:
            self.first_bad = Break(fact.position, fact.stream, fact.version, problem)
            return
        self.facts += 1
        self.streams += fact.version == 1
        self._position = fact.position
        self._heads[fact.stream] = (fact.version, fact.hash)

    def check_head(self, stream: str, version: int, head: bytes) -> None:
        """That a stream ends where its head says it does: a truncated tail shows here."""
        if self.first_bad is None and self._heads.get(stream, (0, BEFORE_THE_FIRST)) != (version, head):
            found = self._heads.get(stream, (0, b""))[0]
            problem = f"the stream should end at version {version} and ends at {found}, or with another hash"
            self.first_bad = Break(self._position, stream, found, problem)

    def check_end(self, position: int) -> None:
        """That the log ends where it says it does."""
        if self.first_bad is None and self._position < position:
            missing = self._position + 1
            self.first_bad = Break(missing, "", 0, f"position {missing} is missing from the log")

    def _problem(self, fact: RecordedFact) -> str | None:
        version, previous = self._heads.get(fact.stream, (0, BEFORE_THE_FIRST))
        if self._gapless and fact.position != self._position + 1:
            return f"position {self._position + 1} is missing from the log"
        if fact.version != version + 1:
            return f"version {version + 1} of the stream is missing"
        if fact.position <= self._position:
            return "its position does not come after that of the fact before it"
        if expected_hash(previous, fact) != fact.hash:
            return "its contents do not match its hash"
        return None
