"""Scenario `seal`: appending while the log is sealed, and while it is not."""

from functools import partial
from typing import Any

from cli.bench.goals import at_least
from cli.bench.projecting.work import ratio_of_rates, work_figures
from cli.bench.proving.beside import worked_beside
from cli.bench.proving.working import alternated, worked
from cli.bench.proving.writer import Writer
from cli.bench.rounds import How
from cli.bench.stage import Stage

SETTINGS = {"SEATLEDGER_SEAL_SECONDS": "1"}

LAST_SEALED = "SELECT coalesce(max(size), 0) FROM eventstore.seals WHERE log_id = 1"


async def seal(stage: Stage, how: How) -> dict[str, Any]:
    """One writer appends batches of 50 as fast as it can, with `seatledger seal` beside it in every other turn."""
    writer = Writer(stage, "bench")
    await writer.append(min(1.0, how.seconds))
    append = partial(writer.append, how.seconds)
    works = await alternated(
        how,
        {
            "sealed": lambda: worked_beside(stage, "seal", SETTINGS, LAST_SEALED, append),
            "not sealed": lambda: worked(stage, append),
        },
    )
    return {
        "appending_sealed_to_not_sealed": ratio_of_rates(works["sealed"], works["not sealed"]),
        "goals": {"appending_sealed_to_not_sealed": at_least(1 / 1.15)},
        "works": {name: work_figures(each) for name, each in works.items()},
    }
