"""A recorded fact: who caused it, by what, and the fact itself."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import orjson

from eventstore.facts import RecordedFact

WHY = ("command", "idempotency_key", "request_id")


def fact_body(fact: RecordedFact) -> dict[str, Any]:
    """The shape of `audit_api.shapes.fact.Fact`: while nothing in it is opened, its hash can be computed again."""
    by, why = by_and_why(fact)
    return {
        "position": fact.position,
        "stream": fact.stream,
        "version": fact.version,
        "fact": fact.name,
        "schema_version": fact.schema_version,
        "recorded_at": moment(fact.recorded_at),
        "data": raw(fact.data),
        "by": by,
        "why": why,
        "tags": fact.tags,
        "command_id": fact.command_id,
        "hash": fact.hash.hex(),
    }


class _At(msgspec.Struct):
    at: str | None = None


_AT = msgspec.json.Decoder(_At)


def happened_at(fact: RecordedFact) -> str | None:
    """When it happened, as the fact itself says; None where it cannot be read."""
    try:
        return _AT.decode(fact.data).at
    except (msgspec.MsgspecError, ValueError):
        return None


def raw(json: str) -> orjson.Fragment:
    """Stored JSON as it is: what was hashed is what the auditor gets, byte for byte, and nothing is parsed."""
    return orjson.Fragment(json)


def moment(at: datetime) -> str:
    """As it was hashed: UTC with six decimals, also for a whole second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def by_and_why(fact: RecordedFact) -> tuple[Any, dict[str, Any]]:
    """The two halves of the metadata: its author, and all the rest. What a command did not have is null."""
    try:
        metadata = orjson.loads(fact.metadata)
    except orjson.JSONDecodeError:
        # PostgreSQL takes for JSON what no strict reader does (half a surrogate pair). We never write such metadata,
        # so it was altered: the hash says so, and the rest of the fact is shown none the less.
        metadata = None
    if not isinstance(metadata, dict):
        return None, dict.fromkeys(WHY)
    by = metadata.pop("by", None)
    return by, dict.fromkeys(WHY) | metadata
