"""Scenario `processes`: one event through several server processes, which hand it to one of them or each decide."""

from typing import Any

from cli.bench.figures import p99, ratio, side_figures
from cli.bench.goals import at_least
from cli.bench.hot import CONNECTIONS, capacity_for
from cli.bench.measuring import Sale
from cli.bench.rounds import How, run_rounds
from cli.bench.sides.ours import OURS, OURS_FOUR, OURS_FOUR_APART, OURS_TWO
from cli.bench.stage import Stage


async def processes(stage: Stage, how: How) -> dict[str, Any]:
    """The same load on 1, 2 and 4 processes, and on 4 that know nothing of each other.

    That nothing is oversold is checked as everywhere.
    """
    sale = Sale(CONNECTIONS, how.seconds, capacity_for(how.seconds))
    measured = await run_rounds(stage, (OURS, OURS_TWO, OURS_FOUR, OURS_FOUR_APART), sale, how)
    return {
        "two_to_one": ratio(measured, OURS_TWO.name, OURS.name),
        "four_to_one": ratio(measured, OURS_FOUR.name, OURS.name),
        "four_to_apart": ratio(measured, OURS_FOUR.name, OURS_FOUR_APART.name),
        "p99_four_to_one": ratio(measured, OURS_FOUR.name, OURS.name, p99),
        "goals": {"four_to_one": at_least(1)},
        "sides": {name: side_figures(each) for name, each in measured.items()},
    }
