"""The facts of an export as the log gives them, each held against its hash on the way."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import orjson

from eventstore.facts import RecordedFact
from eventstore.hashing import BEFORE_THE_FIRST, canonical, link
from eventstore.offline.lines import (
    FACT,
    KEY,
    SEAL,
    ExportedFact,
    NotAnExport,
    fact_of,
    header_of,
    trailer_of,
)


def recorded_facts(lines: Iterable[bytes]) -> Iterator[RecordedFact]:
    """Every fact of an export of the whole log, in order.

    Raises NotAnExport where it does not begin with the first fact, is cut off, or is not what its hashes say.
    """
    rest = (line.rstrip(b"\n") for line in lines)
    header = header_of(next(rest, b""))
    if header.after:
        raise NotAnExport(f"this export begins after position {header.after:,}: the whole log is needed")
    hashes: dict[str, bytes] = {}
    position = 0
    for line in rest:
        if line.startswith(FACT):
            exported = fact_of(line, header.log_id)
            position += 1
            _check(exported, position, hashes)
            yield _recorded(exported)
        elif not line.startswith((SEAL, KEY)):
            if trailer_of(line).facts != position:
                break
            return
    raise NotAnExport("this export is cut off")


def _check(exported: ExportedFact, position: int, hashes: dict[str, bytes]) -> None:
    if exported.position != position:
        raise NotAnExport(f"position {position:,} is missing in this export")
    before = hashes.get(exported.stream, BEFORE_THE_FIRST)
    if link(before, exported.hashed) != exported.hash:
        raise NotAnExport(f"position {position:,} of this export does not match its hash")
    hashes[exported.stream] = exported.hash


def _recorded(exported: ExportedFact) -> RecordedFact:
    envelope = orjson.loads(exported.hashed)
    return RecordedFact(
        exported.position,
        exported.stream,
        exported.version,
        envelope["name"],
        envelope["schema_version"],
        canonical(envelope["data"]).decode(),
        canonical(envelope["metadata"]).decode(),
        tuple(envelope["tags"]),
        envelope["command_id"],
        datetime.fromisoformat(envelope["recorded_at"]),
        exported.hash,
    )
