"""A verb that runs beside what is measured."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from cli.bench.projecting.work import Work
from cli.bench.proving.working import Doing, worked
from cli.bench.server_process import end, end_of, environment
from cli.bench.stage import Stage
from cli.stopped import Stopped

CAUGHT_UP_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.02

LAST_POSITION = "SELECT last_position FROM eventstore.log WHERE log_id = 1"


@asynccontextmanager
async def beside(stage: Stage, verb: str, settings: Mapping[str, str]) -> AsyncIterator[None]:
    """`seatledger VERB`, stopped at the end. Raises `Stopped` where it has ended by itself."""
    log = stage.folder / f"{verb}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
            [sys.executable, "-m", "cli.main", verb],
            env={**environment(stage), **settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield
        if process.poll() is not None:
            raise Stopped(f"`{verb}` ended: {end_of(log)}")
    finally:
        process.terminate()
        await asyncio.to_thread(end, process)


async def caught_up(stage: Stage, how_far: str) -> None:
    """Until the statement `how_far` says the log's last position of now, or more."""
    position = await stage.database.fetchval(LAST_POSITION)
    async with asyncio.timeout(CAUGHT_UP_SECONDS_MAX):
        while await stage.database.fetchval(how_far) < position:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(LOOK_SECONDS)


async def worked_beside(
    stage: Stage, verb: str, settings: Mapping[str, str], how_far: str, doing: Doing
) -> Work:
    """What it costs to do it while VERB runs, which has done its part of all that came before."""
    async with beside(stage, verb, settings):
        await caught_up(stage, how_far)
        return await worked(stage, doing)
