"""Work that this process does, measured."""

import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from time import perf_counter, process_time

from cli.bench.calm import until_calm
from cli.bench.memory import resident_mib
from cli.bench.projecting.projector_process import since
from cli.bench.projecting.work import Work
from cli.bench.rounds import How
from cli.bench.stage import Stage

Doing = Callable[[], Awaitable[int]]
"""Returns how many facts it was."""

Turn = Callable[[], Awaitable[Work]]
"""The same, measured."""


async def worked(stage: Stage, doing: Doing) -> Work:
    """Do it, and say what it cost."""
    began, python, postgres = perf_counter(), process_time(), stage.postgres_cpu()
    facts = await doing()
    seconds = perf_counter() - began
    return Work(
        facts,
        seconds,
        process_time() - python,
        since(postgres, stage.postgres_cpu()),
        resident_mib(os.getpid(), "VmHWM"),
    )


async def in_turns(stage: Stage, how: How, sides: Mapping[str, Doing]) -> dict[str, list[Work]]:
    """Each side once unmeasured, to warm up, and then by turns."""
    for name, doing in sides.items():
        how.say(f"warming up {name}")
        await doing()
    return await alternated(how, {name: partial(worked, stage, doing) for name, doing in sides.items()})


async def alternated(how: How, sides: Mapping[str, Turn]) -> dict[str, list[Work]]:
    """Each side once in every round, every second round in the opposite order."""
    works: dict[str, list[Work]] = {name: [] for name in sides}
    for number in range(how.rounds):
        for name in list(sides) if number % 2 == 0 else list(reversed(list(sides))):
            await until_calm(how.patience_seconds)
            how.say(f"round {number + 1} of {how.rounds}: {name}")
            works[name].append(await sides[name]())
    return works
