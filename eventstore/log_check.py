"""Everything that can be asked of a log while its facts go by: its chains, its gaps, its seals."""

from collections.abc import Iterable, Sequence

from eventstore.facts import RecordedFact
from eventstore.hashing import envelope
from eventstore.seals.checking import SealChecker
from eventstore.seals.key import SealKey
from eventstore.seals.seal import Seal
from eventstore.verify import Break, Verdict, Verifier


class LogCheck:
    """Facts in order of position, each key before its first seal, each seal after the last fact that it covers."""

    def __init__(
        self,
        pinned: bytes | None = None,
        saved: Iterable[Seal | SealKey] = (),
        after: int = 0,
        peaks: Sequence[bytes] = (),
    ) -> None:
        """As `SealChecker` takes them."""
        self.chains = Verifier(after=after)
        self.seals = SealChecker(pinned, saved, after, peaks)

    @property
    def first_bad(self) -> Break | None:
        return self.chains.first_bad or self.seals.first_bad

    def fact(self, fact: RecordedFact) -> None:
        """The next fact."""
        self.hashed(fact.position, fact.stream, fact.version, envelope(fact), fact.hash)

    def hashed(self, position: int, stream: str, version: int, hashed: bytes, digest: bytes) -> None:
        """The same, with what went into the fact's hash."""
        self.chains.check_hashed(position, stream, version, hashed, digest)
        if self.chains.first_bad is None:
            self.seals.add(position, stream, version, digest)

    def verdict(self, position: int) -> Verdict:
        """What has been found, for a log that was looked at up to `position`."""
        return Verdict(
            self.chains.facts,
            self.chains.streams,
            position,
            self.first_bad,
            self.seals.seals,
            self.seals.sealed_to,
            position - self.seals.sealed_to,
        )
