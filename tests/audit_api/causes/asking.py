"""refused(facts, command): the refusal and its cause, with the facts that it names."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import pytest

from audit_api.causes.again import Asked, decide_again, plain
from audit_api.causes.aggregates import AGGREGATES
from audit_api.causes.case import Case
from audit_api.causes.cause import Cause
from audit_api.causes.explained import REFUSALS, explain
from audit_api.causes.folded import Folded
from domain.codec import CODEC
from domain.command_codec import decode_command
from domain.refusal import Refusal, Refused
from domain.tags import tags
from eventstore.facts import RecordedFact

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Why(NamedTuple):
    """`facts` are all of the stream up to where it stood; versions begin with 1."""

    reason: Refusal
    cause: Cause
    facts: list[Any]

    def names(self, field: str) -> str | None:
        """The name of the fact that set this field."""
        (because,) = [each for each in self.cause.because if each.field == field]
        return None if because.version is None else type(self.facts[because.version - 1]).__name__

    def standing(self, number: int = 0) -> list[tuple[str, int, str | None]]:
        """What uses up a limit: kind, places, and the name of the fact they stand since."""
        return [
            (each.kind, each.places, type(self.facts[each.version - 1]).__name__)
            for each in self.cause.bounds[number].standing
        ]


def recorded(facts: Sequence[Any], stream: str = "show-show-1") -> list[RecordedFact]:
    return [
        RecordedFact(
            version * 7,
            stream,
            version,
            name,
            schema_version,
            data.decode(),
            "{}",
            tags(fact),
            "",
            EPOCH,
            b"",
        )
        for version, fact in enumerate(facts, start=1)
        for name, schema_version, data in [CODEC.encode(fact)]
    ]


def through_json(command: Any) -> Any:
    """The command as it comes out of the table."""
    return decode_command(type(command).__name__, msgspec.json.encode(command).decode())


def refused(
    facts: Sequence[Any],
    command: Any,
    *,
    by: str = "anna",
    said: type[Refusal] | None = None,
    kind: str = "show",
) -> Why:
    """The decision made twice: as a writer makes it, and once more out of what was kept.

    `said` is what was said before any decision.
    """
    aggregate = AGGREGATES[kind]
    state, happened = aggregate.initial(), list(facts)
    for fact in facts:
        state = aggregate.evolve(state, fact)
    if facts:
        for fact in aggregate.lapse(state, command.now):
            state = aggregate.evolve(state, fact)
            happened.append(fact)
    if said is None:
        with pytest.raises(Refused) as no:
            aggregate.decide(command, state)
        said, kept = type(no.value.reason), no.value.reason
    else:
        kept = None
    folded = Folded(aggregate, getattr(command, "booking_id", None))
    folded.fold(recorded(happened))
    again = decide_again(folded, Asked(through_json(command), by), said)
    assert again is not None
    if kept is not None:
        assert (type(again), plain(again)) == (said, plain(kept))
    assert REFUSALS[said.__name__] is said
    cause = explain(
        Case(folded, through_json(command), msgspec.json.decode(msgspec.json.encode(again), type=said))
    )
    for bound in cause.bounds:
        assert bound.limit == bound.left + sum(stand.places for stand in bound.standing), bound.kind
        assert (
            bound.places("sold") + bound.places("held") + bound.places("kept-back") + bound.left
            == bound.limit
        )
    return Why(again, cause, happened)
