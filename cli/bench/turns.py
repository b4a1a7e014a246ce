"""Rounds of anything that can be measured: each side once in every round, every second round in the opposite order."""

from collections.abc import Awaitable, Callable, Mapping

from cli.bench.calm import until_calm
from cli.bench.measuring import Measured
from cli.bench.rounds import WARM_UP_SECONDS, How

Measuring = Callable[[float], Awaitable[Measured]]
"""For so many seconds."""


async def by_turns(how: How, sides: Mapping[str, Measuring]) -> dict[str, list[Measured]]:
    """One warm-up for each, then the rounds."""
    for name, measuring in sides.items():
        how.say(f"warming up {name}")
        await measuring(min(WARM_UP_SECONDS, how.seconds))
    measured: dict[str, list[Measured]] = {name: [] for name in sides}
    for number in range(how.rounds):
        for name in sides if number % 2 == 0 else reversed(list(sides)):
            await until_calm(how.patience_seconds)
            how.say(f"round {number + 1} of {how.rounds}: {name}")
            measured[name].append(await sides[name](how.seconds))
    return measured
