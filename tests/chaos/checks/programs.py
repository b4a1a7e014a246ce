"""What the product's own verbs say of the database: read tables, chain, seals, watch."""

import asyncio
import json
import time

from tests.chaos.world.world import World

CATCH_UP_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.5


async def not_caught_up(world: World) -> list[str]:
    """Waits for the read models; those that are behind when patience is over, and streams that are parked."""
    deadline = time.monotonic() + CATCH_UP_SECONDS_MAX
    while True:
        status = json.loads(await world.run_verb("status", "--json"))
        late = [each for each in status["read_models"] if each["position"] < status["last_position"]]
        if not late or time.monotonic() > deadline:
            parked = [each for each in status["read_models"] if each["parked"]]
            return [
                *(
                    f"{each['name']} stands at {each['position']} of {status['last_position']}"
                    for each in late
                ),
                *(f"{each['name']} has parked {each['parked']}" for each in parked),
            ]
        await asyncio.sleep(LOOK_SECONDS)


async def said_by_programs(world: World) -> list[str]:
    """Empty when the chain and the seals verify, the read tables are the fold, and the watch finds nothing."""
    outcomes = [(("seal", "--once"), await world.outcome_of_verb("seal", "--once"))]
    rest = (("audit", "verify"), ("audit", "replay"), ("watch", "--once"))
    outcomes += zip(
        rest, await asyncio.gather(*(world.outcome_of_verb(*words) for words in rest)), strict=True
    )
    return [
        f"seatledger {' '.join(words)} ended with {code}: {_end_of(output, errors)}"
        for words, (code, output, errors) in outcomes
        if code != 0
    ]


def _end_of(*texts: str) -> str:
    return " | ".join(line for text in texts for line in text.splitlines())[-1_500:]
