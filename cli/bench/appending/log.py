"""Scenario `log`: appending alone, by one caller and by many, beside what the server takes from pgbench."""

from collections.abc import Mapping, Sequence
from functools import partial
from statistics import median
from typing import Any

from cli.bench.appending.callers import Log, log
from cli.bench.appending.pgbench import Pgbench
from cli.bench.goals import at_least
from cli.bench.projecting.work import Work, work_figures
from cli.bench.proving.working import Turn, alternated, worked
from cli.bench.rounds import WARM_UP_SECONDS, How
from cli.bench.stage import Stage

CALLERS = (1, 16, 256)
CLIENTS = (1, 16, 64, 128)
"""As many connections as the server takes of one program, and fewer: which is best depends on the machine."""

Works = Mapping[str, Sequence[Work]]


async def log_alone(stage: Stage, how: How) -> dict[str, Any]:
    """Each caller appends one fact and waits for its commit: ours by the write path's group commit, pgbench's by a
    transaction of its own that inserts the same row into a table with the same indexes. Its best counts.
    """
    pgbench = Pgbench.found(stage)
    async with log(stage) as ours:
        how.say("warming up")
        for callers in CALLERS:
            await ours.append(callers, min(WARM_UP_SECONDS, how.seconds))
        turns: dict[str, Turn] = {
            f"{callers} callers": partial(_ours, stage, ours, callers, how.seconds) for callers in CALLERS
        }
        if pgbench is None:
            how.say("there is no pgbench on this machine, so there is nothing to compare with")
        else:
            await pgbench.prepare()
            turns |= {
                _pgbench(clients): partial(_theirs, stage, pgbench, clients, how.seconds)
                for clients in CLIENTS
            }
        works = await alternated(how, turns)
    last = f"{CALLERS[-1]} callers"
    return {
        "many_to_one_caller": _ratio(works, last, [f"{CALLERS[0]} callers"]),
        **(_to_pgbench(works, last) if pgbench else {"pgbench": "not on this machine"}),
        "works": {name: work_figures(each) for name, each in works.items()},
    }


async def _ours(stage: Stage, ours: Log, callers: int, seconds: float) -> Work:
    await stage.clean()
    return await worked(stage, lambda: ours.append(callers, seconds))


async def _theirs(stage: Stage, pgbench: Pgbench, clients: int, seconds: float) -> Work:
    await stage.clean()
    return await pgbench.append(clients, seconds)


def _to_pgbench(works: Works, last: str) -> dict[str, Any]:
    return {
        "to_pgbench_best": _ratio(works, last, [_pgbench(clients) for clients in CLIENTS]),
        "one_caller_to_pgbench_of_one": _ratio(works, f"{CALLERS[0]} callers", [_pgbench(CLIENTS[0])]),
        "goals": {"to_pgbench_best": at_least(1.5)},
    }


def _ratio(works: Works, one: str, others: Sequence[str]) -> float:
    """The median of the rounds' ratios, in each of which the best of the others counts."""
    rounds = range(len(works[one]))
    best = [max(works[name][number].rate for name in others) for number in rounds]
    return round(median(works[one][number].rate / best[number] for number in rounds), 3)


def _pgbench(clients: int) -> str:
    return f"pgbench of {clients}"
