"""Check that a log is whole: no fact changed, none missing, none inserted, in every stream."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from eventstore.facts import RecordedFact
from eventstore.hashing import BEFORE_THE_FIRST, envelope, link


class Guarantee(StrEnum):
    """What tampering was found by. `docs/audit.md` says what each rests on."""

    CHAIN = "chain"
    """Each fact's hash covers the fact and the hash before it in its stream."""
    NO_GAPS = "no gaps"
    """Positions of the log and versions of a stream have no gaps."""
    HEADS = "heads"
    """Each stream, and the log, says where it ends."""
    FORM = "form"
    """An export has one form, byte for byte."""
    TREE = "tree"
    """A seal says what all facts up to its size are, and in which order."""
    SEAL_CHAIN = "seal chain"
    """Each seal names the one before it."""
    SIGNATURE = "signature"
    """Nobody without the private key makes a seal."""
    KEYS = "keys"
    """Each key is signed by the one before it, and the key that was given is one of them."""
    SAVED_SEALS = "saved seals"
    """Seals that are kept elsewhere say what the log was."""


class Break(NamedTuple):
    """The first bad fact: where it stands and what is wrong with it, in one sentence.

    `stream` is empty where no fact is left to say which stream it was in.
    """

    position: int
    stream: str
    version: int
    problem: str
    guarantee: Guarantee = Guarantee.CHAIN


class Verdict(NamedTuple):
    """`facts` and `streams` that are good, up to `position` of the log or to `first_bad`; `seals` that are good, the
    last of which covers the facts up to `sealed_to`, with `unsealed` behind it. An export says when it was made,
    and so which kept seal it cannot be held against: `not_compared`, in words.
    """

    facts: int
    streams: int
    position: int
    first_bad: Break | None
    seals: int = 0
    sealed_to: int = 0
    unsealed: int = 0
    exported_at: str | None = None
    not_compared: str | None = None


_NO_HEAD = (0, BEFORE_THE_FIRST)


class Verifier:
    """Takes facts in order of position (of the whole log or of one stream) and remembers the first break.

    Memory grows with the number of streams, not of facts: per stream its last version and hash. Whoever can look up
    how far a stream had got gives that with `resume`, and then memory does not grow at all.
    """

    def __init__(self, gapless: bool = True, after: int = 0) -> None:
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._gapless = gapless
        self._position = after
        self.facts = 0
        self.streams = 0
        self.first_bad: Break | None = None

    def resume(self, heads: Mapping[str, tuple[int, bytes]]) -> None:
        """Forget every stream but these: their last version and its hash before the next fact."""
        self._heads = dict(heads)

    def check(self, fact: RecordedFact) -> None:
        """The next fact. After the first break nothing more is looked at."""
        self.check_hashed(fact.position, fact.stream, fact.version, envelope(fact), fact.hash)

    def check_hashed(self, position: int, stream: str, version: int, hashed: bytes, digest: bytes) -> None:
        """The same, with the envelope `hashed` as it went into the fact's hash."""
        if self.first_bad is not None:
            return
        at, previous = self._heads.get(stream, _NO_HEAD)
        is_next = position == self._position + 1 if self._gapless else position > self._position
        if version == at + 1 and is_next and link(previous, hashed) == digest:
            self.facts += 1
            self.streams += version == 1
            self._position = position
            self._heads[stream] = (version, digest)
        else:
            problem, guarantee = self._problem(position, version, at)
            self.first_bad = Break(position, stream, version, problem, guarantee)

    def knows(self, stream: str) -> bool:
        """Whether a fact of the stream was seen, or it was resumed."""
        return stream in self._heads

    def start(self, stream: str, version: int, digest: bytes) -> None:
        """A stream that had got so far before the first fact that is looked at."""
        self.streams += 1
        self._heads[stream] = (version, digest)

    def check_head(self, stream: str, version: int, head: bytes) -> None:
        """That a stream ends where its head says it does: a truncated tail shows here."""
        if self.first_bad is None and self._heads.get(stream, _NO_HEAD) != (version, head):
            found = self._heads.get(stream, _NO_HEAD)[0]
            problem = f"the stream should end at version {version} and ends at {found}, or with another hash"
            self.first_bad = Break(self._position, stream, found, problem, Guarantee.HEADS)

    def check_end(self, position: int) -> None:
        """That the log ends where it says it does."""
        if self.first_bad is None and self._position < position:
            missing = self._position + 1
            problem = f"position {missing} is missing from the log"
            self.first_bad = Break(missing, "", 0, problem, Guarantee.HEADS)

    def _problem(self, position: int, version: int, at: int) -> tuple[str, Guarantee]:
        if self._gapless and position != self._position + 1:
            return f"position {self._position + 1} is missing from the log", Guarantee.NO_GAPS
        if version != at + 1:
            return f"version {at + 1} of the stream is missing", Guarantee.NO_GAPS
        if position <= self._position:
            return "its position does not come after that of the fact before it", Guarantee.NO_GAPS
        return "its contents do not match its hash", Guarantee.CHAIN
