"""Some facts worked through: how many, how long, and what it cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from cli.bench.figures import MICROSECONDS, rounded, spread


@dataclass(frozen=True)
class Work:
    """CPU seconds are None where they cannot be known, `resident_mib` of Python processes likewise."""

    facts: int
    seconds: float
    python_cpu: float | None
    postgres_cpu: float | None
    resident_mib: float | None = None

    @property
    def rate(self) -> float:
        """Facts a second."""
        return self.facts / self.seconds


def work_figures(works: Sequence[Work]) -> dict[str, Any]:
    """One side's figures, as they are printed and written."""
    memory = [work.resident_mib for work in works if work.resident_mib is not None]
    return {
        "facts_per_second": rounded(spread([work.rate for work in works])),
        "facts": works[0].facts,
        "seconds": round(sum(work.seconds for work in works), 2),
        "cpu_us_per_fact": {
            "python": _per_fact(works, [work.python_cpu for work in works]),
            "postgres": _per_fact(works, [work.postgres_cpu for work in works]),
        },
        "resident_mib_max": max(memory) if memory else None,
    }


def _per_fact(works: Sequence[Work], seconds: Sequence[float | None]) -> float | None:
    known = [value for value in seconds if value is not None]
    if len(known) < len(works):
        return None
    return round(sum(known) / sum(work.facts for work in works) * MICROSECONDS, 1)


def ratio_of_rates(ours: Sequence[Work], theirs: Sequence[Work]) -> float:
    """The median of the rounds' ratios: both had the same neighbours in each."""
    return round(median(mine.rate / other.rate for mine, other in zip(ours, theirs, strict=True)), 3)
