"""Scenario `open`: customers who come when they come, at seven tenths of what can be sold."""

from statistics import median
from typing import Any

from cli.bench.calm import until_calm
from cli.bench.figures import rounded, spread
from cli.bench.goals import at_least, at_most
from cli.bench.load.flood import Phase
from cli.bench.overload.crowd import Crowd
from cli.bench.overload.flooded import seen_between
from cli.bench.rounds import WARM_UP_SECONDS, How
from cli.bench.server_process import serving
from cli.bench.sides.ours import OURS
from cli.bench.stage import Stage

SHARE = 0.7


async def open_loop(stage: Stage, how: How) -> dict[str, Any]:
    """The rate is what 64 clients get who each wait for their answer, measured just before each time. Latencies count
    from when a request was due, and the first third of the time is not counted.
    """
    rates, seen = [], []
    async with serving(stage, OURS) as server:
        crowd = Crowd(stage, server)
        how.say("warming up")
        await crowd.most(max(WARM_UP_SECONDS, how.seconds))
        for number in range(how.rounds):
            await until_calm(how.patience_seconds)
            how.say(f"round {number + 1} of {how.rounds}")
            rates.append(await crowd.most(how.seconds))
            flooded = await crowd.flood(Phase(rates[-1] * SHARE, how.seconds))
            seen.append(seen_between(flooded, how.seconds / 3, how.seconds))
    return {
        "p99_to_p50": round(median(each.accepted_p99 / (each.accepted_p50 or 1.0) for each in seen), 2),
        "accepted_share": round(min(each.accepted_share for each in seen), 4),
        "bookings_per_second": round(median(rates) * SHARE, 1),
        "goals": {"p99_to_p50": at_most(6), "accepted_share": at_least(1.0)},
        "times": {
            "booking": {
                "p50_ms": rounded(spread([each.accepted_p50 for each in seen])),
                "p99_ms": rounded(spread([each.accepted_p99 for each in seen])),
            }
        },
    }
