"""Rounds: each side once in every round, so that whatever else the machine does falls on all of them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from cli.bench.calm import until_calm
from cli.bench.measuring import Measured, Sale, measure
from cli.bench.server_process import serving
from cli.bench.sides.side import Side
from cli.bench.stage import Stage

WARM_UP_SECONDS = 1.0

Rounds = Mapping[str, Sequence[Measured]]
"""By side, one measurement for each round."""


@dataclass(frozen=True)
class How:
    """`seconds` a measurement, `rounds` for each side, waiting up to `patience_seconds` for a calm machine before each.

    `say` tells of the progress. `scale` is the size of the season that the read side is asked about.
    """

    seconds: float
    rounds: int
    patience_seconds: float
    say: Callable[[str], None]
    scale: float = 1.0


async def run_rounds(stage: Stage, sides: Sequence[Side], sale: Sale, how: How) -> Rounds:
    """One warm-up for each side, then the rounds, every second one in the opposite order."""
    tokens = stage.tokens(sale.connections)
    measured: dict[str, list[Measured]] = {side.name: [] for side in sides}
    async with AsyncExitStack() as servers:
        running = [await servers.enter_async_context(serving(stage, side)) for side in sides]
        warm_up = Sale(
            sale.connections, min(WARM_UP_SECONDS, sale.seconds), sale.capacity, sale.quantity, sale.expected
        )
        for server in running:
            how.say(f"warming up {server.side.name}")
            await measure(stage, server, warm_up, tokens)
        for number in range(how.rounds):
            for server in running if number % 2 == 0 else reversed(running):
                await until_calm(how.patience_seconds)
                how.say(f"round {number + 1} of {how.rounds}: {server.side.name}")
                measured[server.side.name].append(await measure(stage, server, sale, tokens))
    return measured
