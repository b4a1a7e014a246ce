"""As of when: which facts were there at a time or a position."""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

from eventstore.facts import RecordedFact


def recorded_by(facts: Sequence[RecordedFact], moment: datetime) -> list[RecordedFact]:
    """The facts that had been recorded at `moment`.

    Up to the first later one and not all earlier ones: servers' clocks differ, and a history with a hole folds to
    something that never was.
    """
    return list(takewhile(lambda fact: fact.recorded_at <= moment, facts))


def up_to(facts: Sequence[RecordedFact], position: int) -> list[RecordedFact]:
    """The facts up to `position`."""
    return [fact for fact in facts if fact.position <= position]
