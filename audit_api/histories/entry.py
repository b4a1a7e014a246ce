"""A fact in a history, with what it changed."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from domain.tags import booking_tag
from eventstore.facts import RecordedFact
from eventstore.wanted import Wanted

BOOKING = booking_tag("")

Changes = Mapping[str, Mapping[str, Any]]
"""By field, its value `before` and `after`: null where there is none."""

State = dict[str, Any]
"""What something is like, field by field."""


class Entry(NamedTuple):
    """`changes` is None where nobody asks for them."""

    fact: RecordedFact
    changes: Changes | None


class Found(NamedTuple):
    """A page of a history. It goes on behind position `goes_on`; None at its end."""

    entries: list[Entry]
    goes_on: int | None


def page_of(entries: Sequence[Entry], wanted: Wanted, limit: int) -> Found:
    """A page of a history that is here as a whole, in order."""
    there = [entry for entry in entries if wanted.takes(entry.fact)]
    if wanted.descending:
        there.reverse()
    return Found(there[:limit], there[limit - 1].fact.position if len(there) > limit else None)


def booking_of(fact: RecordedFact) -> str | None:
    """The booking that the fact is about, if it is about one. Among the tags of an altered fact may be anything."""
    tags = map(str, fact.tags)
    return next((tag.removeprefix(BOOKING) for tag in tags if tag.startswith(BOOKING)), None)


def differences(before: State, after: State) -> Changes:
    """What differs between the two, as JSON has it."""
    return {
        name: {"before": _plain(before.get(name)), "after": _plain(after.get(name))}
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    }


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)
