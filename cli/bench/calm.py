"""Wait for the machine to have nothing else to do: a benchmark beside a test run measures the test run."""

import asyncio
from time import perf_counter

from cli.bench.cpu import machine_cpu

LOOK_SECONDS = 0.5
BUSY_CORES_MAX = 0.15


async def until_calm(patience_seconds: float) -> None:
    """Return once the cores are idle, at the latest after `patience_seconds`; at once where that cannot be seen."""
    give_up_at = perf_counter() + patience_seconds
    while perf_counter() < give_up_at:
        before, began = machine_cpu(), perf_counter()
        await asyncio.sleep(LOOK_SECONDS)
        after = machine_cpu()
        if before is None or after is None:
            return
        if (after - before) / (perf_counter() - began) < BUSY_CORES_MAX:
            return
