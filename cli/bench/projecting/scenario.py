"""Scenario `projecting`: facts into rows, ours beside SQL that was written by hand for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from cli.bench.calm import until_calm
from cli.bench.goals import at_least
from cli.bench.projecting.hand_written import AVAILABILITY, BOOKINGS, HandWritten
from cli.bench.projecting.projector_process import project_anew
from cli.bench.projecting.work import Work, ratio_of_rates, work_figures
from cli.bench.rounds import How
from cli.bench.season.season import write_season
from cli.bench.season.size import size_of
from cli.bench.stage import Stage
from cli.people import people
from cli.secrets import master_key
from projections.read_models import PROJECTORS
from runtime.ids import utc_now

SHARE = 0.2
"""Of a season: each side goes through all of it in every round."""

ALL = 2**62

# In the order of what may be lost by a crash: as ours, ten times that, and everything or nothing.
SQL_BATCHES = {"sql": 1, "sql-10": 10, "sql-at-once": None}


class Turns:
    """Whose turn it is, and what came of those before. `works` has one of each round by side."""

    def __init__(self, stage: Stage, how: How) -> None:
        self.works: dict[str, list[Work]] = {}
        self._stage = stage
        self._how = how

    async def ours(self, name: str, projectors: Sequence[str]) -> None:
        await self._begins(name)
        self.works[name].append(await project_anew(self._stage, projectors))

    async def theirs(self, written: HandWritten, side: str, batches: int | None) -> None:
        name = f"{written.name}: {side}"
        await self._begins(name)
        facts = ALL if batches is None else batches * self._stage.settings.projection_batch_max
        self.works[name].append(await written.project_anew(self._stage, facts))
        await written.check(self._stage)

    async def _begins(self, name: str) -> None:
        await until_calm(self._how.patience_seconds)
        rounds = self.works.setdefault(name, [])
        self._how.say(f"round {len(rounds) + 1} of {self._how.rounds}: {name}")
        await self._stage.database.execute("CHECKPOINT")


async def projecting(stage: Stage, how: How) -> dict[str, Any]:
    """`..._to_best_sql` is the least of the ratios to the hand-written statement, at the batches that suit it best."""
    how.say("writing a season")
    async with people(stage.dsn, master_key(stage.settings)) as known:
        season = await write_season(stage.database, known, size_of(how.scale * SHARE), utc_now())
    turns = Turns(stage, how)
    for _ in range(how.rounds):
        for written in (BOOKINGS, AVAILABILITY):
            await turns.ours(f"{written.name}: ours", [written.name])
            for side, batches in SQL_BATCHES.items():
                await turns.theirs(written, side, batches)
        await turns.ours("all: ours", list(PROJECTORS))
    return {
        **_ratios(turns.works, BOOKINGS.name),
        **_ratios(turns.works, AVAILABILITY.name),
        "goals": {f"{each.name}_to_best_sql": at_least(0.5) for each in (BOOKINGS, AVAILABILITY)},
        "season": season.told(),
        "works": {name: work_figures(works) for name, works in turns.works.items()},
    }


def _ratios(works: Mapping[str, Sequence[Work]], name: str) -> dict[str, float]:
    ratios = {
        f"{name}_to_{side.replace('-', '_')}": ratio_of_rates(
            works[f"{name}: ours"], works[f"{name}: {side}"]
        )
        for side in SQL_BATCHES
    }
    return {**ratios, f"{name}_to_best_sql": min(ratios.values())}
