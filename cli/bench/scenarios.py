"""The scenarios by name, in the order in which they run."""

from collections.abc import Awaitable, Callable
from typing import Any

from cli.bench.hot import hot
from cli.bench.processes import processes
from cli.bench.refusals import refusals
from cli.bench.stage import Stage

Scenario = Callable[[Stage, float, int, Callable[[str], None]], Awaitable[dict[str, Any]]]
"""Measures for so many seconds a round and so many rounds, telling of its progress; its ratios, and `sides`."""

SCENARIOS: dict[str, Scenario] = {"hot": hot, "refusals": refusals, "processes": processes}
