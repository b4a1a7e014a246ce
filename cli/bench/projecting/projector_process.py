"""`seatledger project` from an empty table to the end of the log, watched from outside."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from time import perf_counter

from cli.bench.cpu import cpu_of
from cli.bench.memory import resident_mib
from cli.bench.projecting.work import Work
from cli.bench.server_process import end, end_of, environment
from cli.bench.stage import Stage
from cli.stopped import Stopped

LOG = "project.log"
LOOK_SECONDS = 0.02
STALL_SECONDS_MAX = 60.0

# Without its row in `projectors` a projector makes its tables anew and begins at the first fact.
FORGET = """WITH gone AS (DELETE FROM projections.projectors WHERE name = ANY ($1))
            DELETE FROM eventstore.checkpoints WHERE log_id = 1 AND subscription = ANY ($1)"""

SLOWEST = """SELECT coalesce(min(c.position), 0) FROM unnest($1::text[]) AS wanted (name)
             LEFT JOIN eventstore.checkpoints AS c ON c.log_id = 1 AND c.subscription = wanted.name
             HAVING count(c.position) = cardinality($1)"""

# Connected, a projector begins at once: what came before is Python starting.
CONNECTED = """SELECT count(*) > 0 FROM pg_stat_activity
               WHERE application_name = 'seatledger projections' AND backend_start > $1"""

NOW = "SELECT clock_timestamp()"

LAST = "SELECT last_position FROM eventstore.log WHERE log_id = 1"


@asynccontextmanager
async def projecting(stage: Stage, names: Sequence[str]) -> AsyncIterator["subprocess.Popen[bytes]"]:
    """A `seatledger project` of these names, stopped at the end."""
    log = stage.folder / LOG
    command = [sys.executable, "-m", "cli.main", "project", *names, "--parent", str(os.getpid())]
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
            command, env=environment(stage), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield process
        if process.poll() is not None:
            raise Stopped(f"the projectors ended: {end_of(log)}")
    finally:
        process.terminate()
        await asyncio.to_thread(end, process)


async def project_anew(stage: Stage, names: Sequence[str]) -> Work:
    """The whole log into empty tables, by one process; timed from when it is connected, so that its start is not."""
    await stage.database.execute(FORGET, names)
    last, asked_at = await stage.database.fetchval(LAST), await stage.database.fetchval(NOW)
    async with projecting(stage, names) as process:
        await _connected(stage, asked_at, process)
        began, python, postgres = perf_counter(), cpu_of(process.pid), stage.postgres_cpu()
        await reached(stage, names, last, process)
        seconds = perf_counter() - began
        return Work(
            last,
            seconds,
            since(python, cpu_of(process.pid)),
            since(postgres, stage.postgres_cpu()),
            resident_mib(process.pid, "VmHWM"),
        )


async def _connected(stage: Stage, asked_at: datetime, process: "subprocess.Popen[bytes]") -> None:
    while True:
        if await stage.database.fetchval(CONNECTED, asked_at) or process.poll() is not None:
            return
        await asyncio.sleep(LOOK_SECONDS)


async def reached(
    stage: Stage, names: Sequence[str], position: int, process: "subprocess.Popen[bytes]"
) -> int:
    """Wait until all of these projectors are at `position` or further, or have ended. Returns where the slowest is.

    Raises `Stopped` when it has not moved for so long that it never will.
    """
    best, moved_at = -1, perf_counter()
    while True:
        found: int = await stage.database.fetchval(SLOWEST, names) or 0
        if found >= position or process.poll() is not None:
            return found
        if found > best:
            best, moved_at = found, perf_counter()
        elif perf_counter() - moved_at > STALL_SECONDS_MAX:
            raise Stopped(f"the projectors stay at {found}: {end_of(stage.folder / LOG)}")
        await asyncio.sleep(LOOK_SECONDS)


def since(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
