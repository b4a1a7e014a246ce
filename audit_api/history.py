"""A booking's history: its facts out of the log, folded, with what each one changed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from audit_api.answers.booking import booking_body, changes
from audit_api.answers.fact import by_and_why, happened_at, moment, raw
from audit_api.folding import Stage, stages
from eventstore.facts import RecordedFact
from eventstore.hashing import expected_hash


class History(NamedTuple):
    """A booking's facts in order with the stage after each; `is_verified` when each fact is what its hash says."""

    facts: Sequence[RecordedFact]
    stages: Sequence[Stage | None]
    is_verified: bool


def history_of(booking_id: str, facts: Sequence[RecordedFact], before: Sequence[bytes | None]) -> History:
    """The history that `facts` tell; `before` are the hashes of those before them, and of more perhaps."""
    is_verified = all(map(_is_whole, facts, before))
    return History(facts, stages(booking_id, facts), is_verified)


def steps(history: History) -> list[dict[str, Any]]:
    """The shape of a list of `audit_api.shapes.history.Step`."""
    shown: list[dict[str, Any]] = []
    before: dict[str, Any] | None = None
    for fact, stage in zip(history.facts, history.stages, strict=True):
        after = None if stage is None else booking_body(*stage)
        shown.append(_step(fact, before, after))
        before = after
    return shown


def _step(fact: RecordedFact, before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    by, why = by_and_why(fact)
    return {
        "position": fact.position,
        "version": fact.version,
        "recorded_at": moment(fact.recorded_at),
        "happened_at": happened_at(fact),
        "fact": fact.name,
        "data": raw(fact.data),
        "by": by,
        "why": why,
        "changes": {} if after is None else changes(before, after),
        "booking": after,
        "hash": fact.hash.hex(),
    }


def _is_whole(fact: RecordedFact, previous: bytes | None) -> bool:
    return previous is not None and expected_hash(previous, fact) == fact.hash
