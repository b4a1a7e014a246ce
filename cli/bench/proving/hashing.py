"""Scenario `hashing`: appending as it is, and as it would be if nothing were hashed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from unittest.mock import patch

from cli.bench.goals import at_least
from cli.bench.projecting.work import ratio_of_rates, work_figures
from cli.bench.proving.working import in_turns
from cli.bench.proving.writer import Writer
from cli.bench.rounds import How
from cli.bench.stage import Stage
from eventstore.appending import StreamHead
from eventstore.facts import NewFact
from eventstore.hashing import BEFORE_THE_FIRST
from eventstore.postgres import store


async def hashing(stage: Stage, how: How) -> dict[str, Any]:
    """One writer appends batches of 50 as fast as it can, with its hashes and with zeros in their place."""
    hashed, not_hashed = Writer(stage, "hashed"), Writer(stage, "not hashed")

    async def without() -> int:
        # The store has no switch for it, and is to have none: it is taken out of this process from outside.
        with patch.object(store, "chain", _zeros):
            return await not_hashed.append(how.seconds)

    works = await in_turns(stage, how, {"hashed": lambda: hashed.append(how.seconds), "not hashed": without})
    return {
        "appending_hashed_to_not_hashed": ratio_of_rates(works["hashed"], works["not hashed"]),
        "goals": {"appending_hashed_to_not_hashed": at_least(1 / 1.15)},
        "works": {name: work_figures(each) for name, each in works.items()},
    }


def _zeros(_after: StreamHead, _stream: str, facts: Sequence[NewFact], _recorded_at: datetime) -> list[bytes]:
    return [BEFORE_THE_FIRST] * len(facts)
