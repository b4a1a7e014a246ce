"""Scenario `export`: `seatledger audit export` beside `COPY ... TO STDOUT` of the same rows."""

from pathlib import Path
from typing import Any, BinaryIO

import asyncpg

from cli.bench.goals import at_least
from cli.bench.projecting.work import ratio_of_rates, work_figures
from cli.bench.proving.season import sealed_season
from cli.bench.proving.working import in_turns
from cli.bench.rounds import How
from cli.bench.stage import Stage
from eventstore.postgres.exporting import export as export_log
from runtime.ids import utc_now

ROWS = "SELECT * FROM eventstore.events WHERE log_id = 1 ORDER BY position"

NOWHERE = Path("/dev/null")


async def export(stage: Stage, how: How) -> dict[str, Any]:
    """Both through the same driver and to nowhere, so that no disk is measured."""
    async with asyncpg.create_pool(stage.dsn, min_size=2, max_size=2) as pool:
        sealed = await sealed_season(stage, how, pool)
        with NOWHERE.open("wb") as nowhere:  # noqa: ASYNC230 - nothing is ever written there
            works = await in_turns(
                stage, how, {"export": lambda: _export(pool, nowhere), "copy": lambda: _copy(pool, nowhere)}
            )
    return {
        "export_to_copy": ratio_of_rates(works["export"], works["copy"]),
        "goals": {"export_to_copy": at_least(0.5)},
        "season": sealed.season.told(),
        "works": {name: work_figures(each) for name, each in works.items()},
    }


async def _export(pool: asyncpg.Pool, nowhere: BinaryIO) -> int:
    async def write(text: bytes) -> None:
        nowhere.write(text)

    return (await export_log(pool, 0, utc_now(), write, lambda *_: None)).facts


async def _copy(pool: asyncpg.Pool, nowhere: BinaryIO) -> int:
    said = await pool.copy_from_query(ROWS, output=nowhere)
    return int(said.removeprefix("COPY "))
