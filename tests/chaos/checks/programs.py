"""What the product itself says of the database: how far the read tables are, and its verbs about chain and truth."""

import asyncio
import time

import asyncpg

from projections.status import statuses
from runtime.ids import utc_now
from tests.chaos.world.world import World

CATCH_UP_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.3
VERBS = (("audit", "verify"), ("audit", "replay"), ("watch", "--once"))


async def not_caught_up(world: World) -> list[str]:
    """Waits for the read models; those that are behind when patience is over, and streams that are parked."""
    deadline = time.monotonic() + CATCH_UP_SECONDS_MAX
    async with asyncpg.create_pool(world.database.dsn, min_size=1, max_size=1) as pool:
        models = await statuses(pool, utc_now())
        while any(each.lag_facts for each in models) and time.monotonic() < deadline:
            await asyncio.sleep(LOOK_SECONDS)
            models = await statuses(pool, utc_now())
    return [
        *(f"{each.name} is {each.lag_facts} facts behind" for each in models if each.lag_facts),
        *(f"{each.name} has parked {each.parked}" for each in models if each.parked),
    ]


async def said_by_programs(world: World) -> list[str]:
    """Empty when chain and seals verify, the read tables are the fold of the log, and the watch finds nothing."""
    outcomes = await asyncio.gather(*(world.outcome_of_verb(*words) for words in VERBS))
    return [
        f"seatledger {' '.join(words)} ended with {code}: {_end_of(output, errors)}"
        for words, (code, output, errors) in zip(VERBS, outcomes, strict=True)
        if code != 0
    ]


def _end_of(*texts: str) -> str:
    return " | ".join(line for text in texts for line in text.splitlines())[-1_500:]
