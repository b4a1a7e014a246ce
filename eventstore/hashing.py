"""The hash chain: each fact's hash covers its stream's previous hash and the canonical bytes of its whole envelope.

Canonical means JSON in UTF-8 with sorted keys, no white space and no floats. `recorded_at` has six decimals and a Z.
The position is not covered: it is drawn under the log's lock, after the hash is known. Seals cover it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

import orjson

from eventstore.appending import StreamHead
from eventstore.facts import NewFact, RecordedFact

BEFORE_THE_FIRST = bytes(32)
EMPTY = StreamHead(0, BEFORE_THE_FIRST)


def canonical(value: object) -> bytes:
    """JSON as it is hashed and stored."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def chain(after: StreamHead, stream: str, facts: Sequence[NewFact], recorded_at: datetime) -> list[bytes]:
    """The hashes of `facts` appended to `stream` after `after`, in order."""
    hashes: list[bytes] = []
    version, previous = after
    at = moment(recorded_at)
    for fact in facts:
        version += 1
        previous = link(previous, _envelope(stream, version, fact, at))
        hashes.append(previous)
    return hashes


def expected_hash(previous: bytes, fact: RecordedFact) -> bytes:
    """The hash that `fact` must have if nothing in it was changed and `previous` is its predecessor's hash."""
    return link(previous, envelope(fact))


def link(previous: bytes, hashed: bytes) -> bytes:
    """The hash of the fact with the envelope `hashed` after one with the hash `previous`."""
    return sha256(previous + hashed).digest()


def envelope(fact: RecordedFact) -> bytes:
    """The canonical bytes of all of a fact but its position and its hash."""
    data, metadata = fact.data.encode(), fact.metadata.encode()
    new = NewFact(fact.name, fact.schema_version, data, metadata, fact.tags, fact.command_id)
    return _envelope(fact.stream, fact.version, new, moment(fact.recorded_at))


def _envelope(stream: str, version: int, fact: NewFact, at: str) -> bytes:
    # The keys stand in sorted order here, and data and metadata are canonical already: nothing is parsed or sorted.
    return orjson.dumps(
        {
            "command_id": fact.command_id,
            "data": orjson.Fragment(fact.data),
            "metadata": orjson.Fragment(fact.metadata),
            "name": fact.name,
            "recorded_at": at,
            "schema_version": fact.schema_version,
            "stream": stream,
            "tags": fact.tags,
            "version": version,
        }
    )


# Everything in one append has the same time, and writing it down costs as much as hashing a fact.
@lru_cache(maxsize=16)
def moment(at: datetime) -> str:
    """A time as it is hashed: UTC with six decimals, also for a whole second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
