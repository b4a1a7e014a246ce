"""Scenario `rebuild`: a read model anew while the live one serves, beside the projector's own speed."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from cli.bench.cpu import cpu_of
from cli.bench.goals import at_least, at_most
from cli.bench.memory import resident_mib
from cli.bench.projecting.projector_process import LAST, project_anew, since
from cli.bench.projecting.work import Work, ratio_of_rates, work_figures
from cli.bench.reading.house import House
from cli.bench.rounds import How
from cli.bench.server_process import end, end_of, environment
from cli.projecting import projector_pool
from cli.stopped import Stopped
from projections.digest import digest
from projections.read_models import projector_named
from projections.schema import NEXT

NAME = "bookings"
ROUNDS_MAX = 2
LOOK_SECONDS = 0.1

BEGUN = "SELECT to_regclass($1) IS NOT NULL"


@dataclass(frozen=True)
class Rebuilt:
    """`growth` is the most memory of the second half of the time to the most of the first."""

    work: Work
    growth: float


async def rebuild(house: House, how: How) -> dict[str, Any]:
    """`seatledger rebuild bookings` over the whole season, against `seatledger project bookings` into empty tables.

    Neither's start of Python counts. The rebuilt tables are proven equal to those before by their digests.
    """
    ours, projected = [], []
    for number in range(min(how.rounds, ROUNDS_MAX)):
        how.say(f"round {number + 1}: rebuilding {NAME}")
        before = await _digest(house)
        ours.append(await _rebuilt(house))
        if await _digest(house) != before:
            raise Stopped(f"the rebuilt tables of {NAME} are not those that were there before")
        how.say(f"round {number + 1}: projecting {NAME} into empty tables")
        # Two who may follow would share the work.
        await house.projectors.stop()
        projected.append(await project_anew(house.stage, [NAME]))
        await house.projectors.start()
        await house.projectors.caught_up()
    works = [each.work for each in ours]
    return {
        "rebuild_to_projecting": ratio_of_rates(works, projected),
        "memory_growth": round(median(each.growth for each in ours), 3),
        "goals": {"rebuild_to_projecting": at_least(0.9), "memory_growth": at_most(1.25)},
        "season": house.season.told(),
        "works": {f"rebuild {NAME}": work_figures(works), f"project {NAME}": work_figures(projected)},
    }


async def _rebuilt(house: House) -> Rebuilt:
    stage = house.stage
    facts = await stage.database.fetchval(LAST)
    log = stage.folder / "rebuild.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
            [sys.executable, "-m", "cli.main", "rebuild", NAME],
            env=environment(stage),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        at_first = await _begun(house, process)
        began, python, postgres = perf_counter(), cpu_of(process.pid), stage.postgres_cpu()
        memory, used = list[float](), python
        while process.poll() is None:
            memory.append(resident_mib(process.pid) or 0.0)
            used = cpu_of(process.pid) or used
            await asyncio.sleep(LOOK_SECONDS)
        seconds = perf_counter() - began
    finally:
        process.terminate()
        await asyncio.to_thread(end, process)
    if process.returncode:
        raise Stopped(f"the rebuild failed: {end_of(log)}")
    most = max([at_first, *memory])
    work = Work(facts, seconds, since(python, used), since(postgres, stage.postgres_cpu()), most)
    return Rebuilt(work, _growth(memory))


async def _begun(house: House, process: "subprocess.Popen[bytes]") -> float:
    """Wait for the tables beside the live ones. Returns how much memory the process has by then, in MiB."""
    table, most = f"{NEXT}.{projector_named(NAME).table_names[0]}", 0.0
    while True:
        most = max(most, resident_mib(process.pid) or 0.0)
        if await house.stage.database.fetchval(BEGUN, table) or process.poll() is not None:
            return most
        await asyncio.sleep(LOOK_SECONDS / 5)


async def _digest(house: House) -> dict[str, str]:
    pooled = projector_pool(house.stage.dsn, house.stage.settings)
    async with pooled as pool, pool.acquire() as connection:
        return await digest(connection, projector_named(NAME))


def _growth(memory: list[float]) -> float:
    half = len(memory) // 2
    first, second = max(memory[:half], default=0.0), max(memory[half:], default=0.0)
    return second / first if first else 1.0
