"""What a figure ought to be, shown beside what it is."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """`at` is `>=` or `<=`."""

    at: str
    value: float

    def is_reached_by(self, figure: float) -> bool:
        return figure >= self.value if self.at == ">=" else figure <= self.value

    def __str__(self) -> str:
        return f"{self.at} {self.value:g}"


def at_least(value: float) -> Goal:
    return Goal(">=", value)


def at_most(value: float) -> Goal:
    return Goal("<=", value)


def judged(found: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a scenario with its goals as they are written: what is wanted, and whether it was reached."""
    goals: Mapping[str, Goal] = found.get("goals", {})
    if not goals:
        return dict(found)
    return {
        **found,
        "goals": {
            name: {"goal": str(goal), "reached": goal.is_reached_by(found[name])}
            for name, goal in goals.items()
        },
    }
