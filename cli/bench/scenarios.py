"""The scenarios by name, in the order in which they run."""

from collections.abc import Awaitable, Callable
from typing import Any

from cli.bench.hot import hot
from cli.bench.processes import processes
from cli.bench.projecting.scenario import projecting
from cli.bench.refusals import refusals
from cli.bench.rounds import How
from cli.bench.stage import Stage

Scenario = Callable[[Stage, How], Awaitable[dict[str, Any]]]
"""Its ratios, and `sides`."""

SCENARIOS: dict[str, Scenario] = {
    "hot": hot,
    "refusals": refusals,
    "processes": processes,
    "projecting": projecting,
}
