"""Scenario `hot`: everybody wants the same event at once."""

from typing import Any

from cli.bench.figures import p99, ratio, side_figures
from cli.bench.goals import at_least, at_most
from cli.bench.measuring import Sale
from cli.bench.rounds import WARM_UP_SECONDS, How, run_rounds
from cli.bench.sides.noop import NOOP
from cli.bench.sides.noop_route import NOOP_ROUTE
from cli.bench.sides.ours import OURS, OURS_KEYED
from cli.bench.sides.row_lock import ONE_STATEMENT, ROW_LOCK
from cli.bench.sides.skip_locked import SKIP_LOCKED
from cli.bench.stage import Stage

CONNECTIONS = 64
SIDES = (NOOP, NOOP_ROUTE, ROW_LOCK, ONE_STATEMENT, SKIP_LOCKED, OURS, OURS_KEYED)

PLACES_PER_SECOND = 20_000
"""Nobody may sell out within a round: a refusal costs less than a sale."""

PLACES_MAX = 250_000


def capacity_for(seconds: float) -> int:
    """Places enough for a measurement, and for its warm-up."""
    return min(PLACES_MAX, int(PLACES_PER_SECOND * max(seconds, WARM_UP_SECONDS)))


async def hot(stage: Stage, how: How) -> dict[str, Any]:
    """One event, 64 connections, one place a booking. `to_...` are rates; `p99_to_row_lock` is a ratio of latencies."""
    sale = Sale(CONNECTIONS, how.seconds, capacity_for(how.seconds))
    measured = await run_rounds(stage, SIDES, sale, how)
    return {
        "to_row_lock": ratio(measured, OURS.name, ROW_LOCK.name),
        "to_one_statement": ratio(measured, OURS.name, ONE_STATEMENT.name),
        "to_skip_locked": ratio(measured, OURS.name, SKIP_LOCKED.name),
        "to_noop": ratio(measured, OURS.name, NOOP.name),
        "to_noop_route": ratio(measured, OURS.name, NOOP_ROUTE.name),
        "keyed_to_ours": ratio(measured, OURS_KEYED.name, OURS.name),
        "p99_to_row_lock": ratio(measured, OURS.name, ROW_LOCK.name, p99),
        "goals": {"to_row_lock": at_least(8), "to_noop": at_least(0.45), "p99_to_row_lock": at_most(0.2)},
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }
