"""Scenario `authentication`: what it costs to know who is calling."""

from collections.abc import Callable
from typing import Any

from cli.bench.calm import until_calm
from cli.bench.figures import answers_per_cpu_second, ratio, side_figures
from cli.bench.load.job import Ask
from cli.bench.measuring import Measured, job_for, loaded
from cli.bench.rounds import WARM_UP_SECONDS, How
from cli.bench.server_process import Server, serving
from cli.bench.sides.two_doors import GUARDED, OPEN, TWO_DOORS
from cli.bench.stage import Stage

CONNECTIONS = 64
NOBODY, REMEMBERED, FRESH = "no token", "remembered token", "fresh token"
KINDS = (NOBODY, REMEMBERED, FRESH)

FRESH_PER_SECOND = 12_000
"""More than are answered: a token that came twice would be remembered."""

Asks = Callable[[float], list[Ask]]


async def authentication(stage: Stage, how: How) -> dict[str, Any]:
    """A route that does nothing: without a token, with one of 64 that are known, and with another one each time.

    `..._by_cpu` compares what the server spends on an answer, which says more on a busy machine.
    """
    known = [Ask(GUARDED, token) for token in stage.tokens(CONNECTIONS)]
    asks: dict[str, Asks] = {
        NOBODY: lambda _seconds: [Ask(OPEN, "")],
        REMEMBERED: lambda _seconds: known,
        FRESH: lambda seconds: [
            Ask(GUARDED, token) for token in stage.tokens(CONNECTIONS + round(seconds * FRESH_PER_SECOND))
        ],
    }
    measured: dict[str, list[Measured]] = {kind: [] for kind in KINDS}
    async with serving(stage, TWO_DOORS) as server:
        for kind in KINDS:
            how.say(f"warming up {kind}")
            await _measured(stage, server, asks[kind], min(WARM_UP_SECONDS, how.seconds))
        for number in range(how.rounds):
            for kind in KINDS if number % 2 == 0 else reversed(KINDS):
                await until_calm(how.patience_seconds)
                how.say(f"round {number + 1} of {how.rounds}: {kind}")
                measured[kind].append(await _measured(stage, server, asks[kind], how.seconds))
    return {
        "remembered_to_none": ratio(measured, REMEMBERED, NOBODY),
        "fresh_to_none": ratio(measured, FRESH, NOBODY),
        "fresh_to_remembered": ratio(measured, FRESH, REMEMBERED),
        "remembered_to_none_by_cpu": ratio(measured, REMEMBERED, NOBODY, answers_per_cpu_second),
        "fresh_to_none_by_cpu": ratio(measured, FRESH, NOBODY, answers_per_cpu_second),
        "sides": {kind: side_figures(each) for kind, each in measured.items()},
    }


async def _measured(stage: Stage, server: Server, asks: Asks, seconds: float) -> Measured:
    job = job_for(server, asks(seconds), CONNECTIONS, seconds)
    load, cpu = await loaded(stage, server, job, ("200",))
    return Measured(load, cpu, None)
