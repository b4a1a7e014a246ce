"""Scenario `overload`: from half of what can be served to five times as much, what comes after, and who sits beside."""

from statistics import median
from typing import Any, NamedTuple

from cli.bench.calm import until_calm
from cli.bench.figures import rounded, spread
from cli.bench.goals import at_least, at_most
from cli.bench.load.flood import Phase
from cli.bench.memory import resident_mib
from cli.bench.overload.crowd import UNDER_WAY_MAX, Crowd
from cli.bench.overload.flooded import Seen, seconds_until_calm, seen_between
from cli.bench.rounds import WARM_UP_SECONDS, How
from cli.bench.server_process import serving
from cli.bench.sides.ours import OURS
from cli.bench.stage import Stage

MULTIPLES = (0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0)
MOST = MULTIPLES[-1]
RECOVERY_TIMES = 2.0
"""What comes after the crowd is watched for so many times as long."""

CALM_TIMES = 3.0
"""Latencies are back to normal when 99 of 100 are below so many times the 99th percentile at half of the rate."""

WINDOW_SECONDS = 0.25
NEIGHBOUR_PER_SECOND = 50.0
NEIGHBOURS = 500


class Round(NamedTuple):
    """One round: `curve` by multiples of `rate`; the neighbour alone and beside the crowd; memory in MiB."""

    rate: float
    curve: dict[float, Seen]
    recovery: float | None
    alone: Seen
    beside: Seen
    resident: float | None


async def overload(stage: Stage, how: How) -> dict[str, Any]:
    """Multiples are of the rate that 64 clients get who each wait for their answer."""
    seconds = how.seconds
    async with serving(stage, OURS) as server:
        crowd = Crowd(stage, server)
        how.say("warming up")
        await crowd.most(max(WARM_UP_SECONDS, 2.0))
        resident = resident_mib(server.process_ids[0])
        rounds = []
        for number in range(how.rounds):
            await until_calm(how.patience_seconds)
            rounds.append(await _round(crowd, seconds, how, f"round {number + 1} of {how.rounds}"))
        most_resident = resident_mib(server.process_ids[0], "VmHWM")
    return _figures(rounds, RECOVERY_TIMES * seconds, resident, most_resident)


async def _round(crowd: Crowd, seconds: float, how: How, name: str) -> Round:
    how.say(f"{name}: what can be served")
    rate = await crowd.most(seconds)
    curve = {}
    for multiple in MULTIPLES:
        how.say(f"{name}: {multiple:g} times {rate:,.0f} a second")
        flooded = await crowd.flood(Phase(rate * multiple, seconds))
        # The first third is how it begins; what it is like comes after.
        curve[multiple] = seen_between(flooded, seconds / 3, seconds)
    how.say(f"{name}: {MOST:g} times, then half")
    flooded = await crowd.flood(Phase(rate * MOST, seconds), Phase(rate / 2, RECOVERY_TIMES * seconds))
    calm = CALM_TIMES * curve[MULTIPLES[0]].accepted_p99
    recovery = seconds_until_calm(flooded, seconds, calm, WINDOW_SECONDS)
    how.say(f"{name}: another event, alone and beside {MOST:g} times")
    quiet = ([Phase(NEIGHBOUR_PER_SECOND, seconds)], NEIGHBOURS)
    (alone,) = await crowd.floods(quiet)
    _, beside = await crowd.floods(([Phase(rate * MOST, seconds)], UNDER_WAY_MAX), quiet)
    resident = resident_mib(crowd.server.process_ids[0])
    return Round(
        rate, curve, recovery, seen_between(alone, 0, seconds), seen_between(beside, 0, seconds), resident
    )


def _figures(
    rounds: list[Round], watched: float, resident: float | None, most_resident: float | None
) -> dict[str, Any]:
    held = [each.curve[MOST].goodput / max(seen.goodput for seen in each.curve.values()) for each in rounds]
    recoveries = [watched if each.recovery is None else each.recovery for each in rounds]
    return {
        "goodput_at_5_to_peak": round(median(held), 3),
        "refused_p99_to_accepted": round(
            median(each.curve[MOST].refused_p99 / (each.curve[MOST].accepted_p99 or 1.0) for each in rounds), 3
        ),
        "seconds_until_calm": round(median(recoveries), 2),
        "neighbour_success": round(min(each.beside.accepted_share for each in rounds), 4),
        "neighbour_p50_to_alone": _to_alone(rounds, "accepted_p50"),
        "neighbour_p99_to_alone": _to_alone(rounds, "accepted_p99"),
        "resident_mib": {
            "at first": resident, "after each round": [each.resident for each in rounds], "most": most_resident
        },
        "goals": {
            "goodput_at_5_to_peak": at_least(0.8),
            "seconds_until_calm": at_most(5.0),
            "neighbour_success": at_least(1.0),
        },
        "sustainable_per_second": rounded(spread([each.rate for each in rounds])),
        "curve": {
            f"{multiple:g}": _medians([each.curve[multiple] for each in rounds]) for multiple in MULTIPLES
        },
        "neighbour": {
            "alone": _medians([each.alone for each in rounds]),
            "beside": _medians([each.beside for each in rounds]),
        },
    }  # fmt: skip


def _to_alone(rounds: list[Round], field: str) -> float:
    ratios = [getattr(each.beside, field) / (getattr(each.alone, field) or 1.0) for each in rounds]
    return float(round(median(ratios), 2))


def _medians(seen: list[Seen]) -> dict[str, float]:
    return {field: round(median(getattr(each, field) for each in seen), 4) for field in Seen._fields}
