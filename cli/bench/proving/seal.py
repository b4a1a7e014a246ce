"""Scenario `seal`: appending while the log is sealed, and while it is not."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

from cli.bench.goals import at_least
from cli.bench.projecting.work import Work, ratio_of_rates, work_figures
from cli.bench.proving.working import worked
from cli.bench.rounds import How
from cli.bench.server_process import end, end_of, environment
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

SEALED_ENOUGH_SECONDS_MAX = 60.0
LAST_SEALED = "SELECT coalesce(max(size), 0) FROM eventstore.seals WHERE log_id = 1"
LAST_POSITION = "SELECT last_position FROM eventstore.log WHERE log_id = 1"


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
    async with _sealing(stage):
        # What was appended by the turns before is sealed first.
        await _sealed_to(stage, await stage.database.fetchval(LAST_POSITION))
        return await worked(stage, lambda: writer.append(how.seconds))


async def _sealed_to(stage: Stage, position: int) -> None:
    async with asyncio.timeout(SEALED_ENOUGH_SECONDS_MAX):
        while await stage.database.fetchval(LAST_SEALED) < position:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.02)


@asynccontextmanager
async def _sealing(stage: Stage) -> AsyncIterator[None]:
    """A `seatledger seal` of every second, stopped at the end."""
    log = stage.folder / "seal.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
            [sys.executable, "-m", "cli.main", "seal"],
            env={**environment(stage), "SEATLEDGER_SEAL_SECONDS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield
        if process.poll() is not None:
            raise Stopped(f"the sealer ended: {end_of(log)}")
    finally:
        process.terminate()
        await asyncio.to_thread(end, process)


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
