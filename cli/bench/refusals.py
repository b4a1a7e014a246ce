"""Scenario `refusals`: sold out, and everybody asks again."""

from typing import Any

from cli.bench.figures import p99, ratio, side_figures
from cli.bench.goals import at_least
from cli.bench.hot import CONNECTIONS
from cli.bench.measuring import Sale
from cli.bench.rounds import How, run_rounds
from cli.bench.sides.noop_route import NOOP_ROUTE
from cli.bench.sides.ours import OURS
from cli.bench.sides.row_lock import ROW_LOCK
from cli.bench.stage import Stage


async def refusals(stage: Stage, how: How) -> dict[str, Any]:
    """One place is sold, then every answer is 409; the no-op answers 200 as ever."""
    sale = Sale(CONNECTIONS, how.seconds, capacity=1, expected=("200", "201", "409"))
    measured = await run_rounds(stage, (NOOP_ROUTE, ROW_LOCK, OURS), sale, how)
    return {
        "to_noop_route": ratio(measured, OURS.name, NOOP_ROUTE.name),
        "to_row_lock": ratio(measured, OURS.name, ROW_LOCK.name),
        "p99_to_row_lock": ratio(measured, OURS.name, ROW_LOCK.name, p99),
        "goals": {"to_noop_route": at_least(0.8)},
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }
