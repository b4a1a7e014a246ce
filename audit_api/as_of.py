"""As of when: a time or a position, as an auditor writes it, and which facts were there then."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile

from eventstore.facts import RecordedFact

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def rfc_3339(text: object) -> datetime:
    """A time with its zone, in UTC. Raises ValueError."""
    if not isinstance(text, str) or not RFC_3339.fullmatch(text):
        raise ValueError(
            "give an RFC 3339 time with its zone, such as 2027-03-01T12:00:00Z (a plus sign is written %2B)"
        )
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("there is no such time") from None


def recorded_by(facts: Sequence[RecordedFact], moment: datetime) -> list[RecordedFact]:
    """The facts that had been recorded at `moment`.

    Up to the first later one and not all earlier ones: servers' clocks differ, and a history with a hole folds to
    something that never was.
    """
    return list(takewhile(lambda fact: fact.recorded_at <= moment, facts))


def up_to(facts: Sequence[RecordedFact], position: int) -> list[RecordedFact]:
    """The facts up to `position`."""
    return [fact for fact in facts if fact.position <= position]
