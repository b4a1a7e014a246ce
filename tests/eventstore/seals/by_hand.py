"""A sealed log and its export, made by hand: no server, and every line can be another."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from eventstore.appending import StreamHead
from eventstore.facts import RecordedFact
from eventstore.hashing import EMPTY, chain
from eventstore.offline.lines import Header, Trailer, fact_line, header_line, trailer_line
from eventstore.seals import key as keys
from eventstore.seals import seal as seals
from eventstore.seals.key import SealKey, Signer, key_line
from eventstore.seals.seal import BEFORE_THE_FIRST, Seal, seal_line
from eventstore.seals.tree import Tree, leaf
from tests.eventstore.words import fact

LOG = 7
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST, SECOND, FORGER = (Signer(sha256(name).digest()) for name in (b"first", b"second", b"forger"))


@dataclass
class Log:
    """What it holds, in the order of an export."""

    parts: list[RecordedFact | Seal | SealKey] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)
    heads: dict[str, StreamHead] = field(default_factory=dict)

    @property
    def facts(self) -> list[RecordedFact]:
        return [each for each in self.parts if isinstance(each, RecordedFact)]

    @property
    def seals(self) -> list[Seal]:
        return [each for each in self.parts if isinstance(each, Seal)]

    @property
    def keys(self) -> list[SealKey]:
        return [each for each in self.parts if isinstance(each, SealKey)]

    def append(self, *streams: str) -> None:
        for stream in streams:
            new, head = fact("Happened", data={"n": self.tree.size}), self.heads.get(stream, EMPTY)
            [digest] = chain(head, stream, [new], NOON)
            self.heads[stream] = StreamHead(head.version + 1, digest)
            at = self.tree.size + 1
            self.tree.add(leaf(at, stream, head.version + 1, digest))
            self.parts.append(
                RecordedFact(
                    at, stream, head.version + 1, new.name, 1, new.data.decode(), new.metadata.decode(),
                    new.tags, new.command_id, NOON, digest,
                )
            )  # fmt: skip

    def key(self, signer: Signer, by: Signer) -> None:
        made = SealKey(LOG, len(self.keys) + 1, signer.public, self.tree.size, NOON, b"")
        self.parts.append(made._replace(signature=by.sign(keys.statement(made))))

    def seal(self, signer: Signer) -> None:
        before = seals.digest(self.seals[-1]) if self.seals else BEFORE_THE_FIRST
        at = NOON + timedelta(seconds=self.tree.size)
        self.parts.append(
            signed(Seal(LOG, self.tree.size, self.tree.root, before, at, signer.key_id, b""), signer)
        )

    def lines(self) -> list[bytes]:
        header = header_line(Header(LOG, 0, len(self.facts), [], "2026-06-01T13:00:00.000000Z"))
        trailer = trailer_line(Trailer(len(self.facts), len(self.seals)))
        return [line + b"\n" for line in (header, *map(line_of, self.parts), trailer)]


def signed(seal: Seal, signer: Signer) -> Seal:
    return seal._replace(
        key_id=signer.key_id, signature=signer.sign(seals.statement(seal._replace(key_id=signer.key_id)))
    )


def line_of(part: RecordedFact | Seal | SealKey) -> bytes:
    if isinstance(part, RecordedFact):
        return fact_line(part, LOG, None)
    return seal_line(part) if isinstance(part, Seal) else key_line(part)


def two_keys() -> Log:
    """a1 b1 a2, sealed by the first key; b2 a3, sealed by the second; a4."""
    log = Log()
    log.key(FIRST, by=FIRST)
    log.append("a", "b", "a")
    log.seal(FIRST)
    log.key(SECOND, by=FIRST)
    log.append("b", "a")
    log.seal(SECOND)
    log.append("a")
    return log
