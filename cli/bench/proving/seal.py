"""Scenario `seal`: appending while the log is sealed, and while it is not."""

from time import perf_counter
from typing import Any

from cli.bench.goals import at_least
from cli.bench.projecting.work import Work, ratio_of_rates, work_figures
from cli.bench.proving.beside import beside, caught_up
from cli.bench.proving.working import worked
from cli.bench.rounds import How
from cli.bench.stage import Stage
from cli.stopped import Stopped
from eventstore.appending import Appended, Item, StreamHead
from eventstore.facts import NewFact
from eventstore.hashing import EMPTY, canonical
from eventstore.postgres.store import PostgresStore
from runtime.ids import new_id, utc_now

BATCH = 50
"""Facts in one append, as group commit makes them in an on-sale."""

DATA = canonical({"at": "2027-01-10T09:00:00Z", "text": "x" * 400})
METADATA = canonical({"by": {"id": "bench", "role": "admin"}, "command": "Bench"})

LAST_SEALED = "SELECT coalesce(max(size), 0) FROM eventstore.seals WHERE log_id = 1"


async def seal(stage: Stage, how: How) -> dict[str, Any]:
    """One writer appends batches of 50 as fast as it can, with `seatledger seal` beside it in every other turn."""
    works: dict[str, list[Work]] = {"sealed": [], "not sealed": []}
    writer = _Writer(stage)
    await writer.append(min(1.0, how.seconds))
    for number in range(how.rounds):
        for side in list(works) if number % 2 == 0 else list(reversed(works)):
            how.say(f"round {number + 1} of {how.rounds}: {side}")
            works[side].append(await _turn(stage, how, writer, side))
    return {
        "appending_sealed_to_not_sealed": ratio_of_rates(works["sealed"], works["not sealed"]),
        "goals": {"appending_sealed_to_not_sealed": at_least(1 / 1.15)},
        "works": {name: work_figures(each) for name, each in works.items()},
    }


async def _turn(stage: Stage, how: How, writer: "_Writer", side: str) -> Work:
    if side != "sealed":
        return await worked(stage, lambda: writer.append(how.seconds))
    async with beside(stage, "seal", {"SEATLEDGER_SEAL_SECONDS": "1"}):
        # What was appended by the turns before is sealed first.
        await caught_up(stage, LAST_SEALED)
        return await worked(stage, lambda: writer.append(how.seconds))


class _Writer:
    """Appends to one stream."""

    def __init__(self, stage: Stage) -> None:
        self._store = PostgresStore(stage.database)
        self._head: StreamHead = EMPTY

    async def append(self, seconds: float) -> int:
        """For so long; how many facts."""
        facts, until = 0, perf_counter() + seconds
        while perf_counter() < until:
            new = [NewFact("Benched", 1, DATA, METADATA, (), new_id()) for _ in range(BATCH)]
            [outcome] = await self._store.append([Item("bench", self._head, new)], utc_now())
            if not isinstance(outcome, Appended):
                raise Stopped(f"the append came to {outcome}")
            self._head, facts = outcome.head, facts + BATCH
        return facts
