"""Whether the log takes facts, as far as this process has tried lately."""

from collections.abc import Callable, Sequence
from time import monotonic

from eventstore.appending import Outcome

LATELY_SECONDS = 5.0
"""For so long a process says that it is not ready. Then it says that it is, or nobody would ever try again."""


class Taking:
    """Told of every call to the log."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._failed_at: float | None = None

    def came_back(self, outcomes: Sequence[Outcome | None]) -> None:
        """With an answer for each item, or with none."""
        failed = bool(outcomes) and all(outcome is None for outcome in outcomes)
        self._failed_at = self._clock() if failed else None

    @property
    def has_failed_lately(self) -> bool:
        """And has not succeeded since."""
        return self._failed_at is not None and self._clock() - self._failed_at < LATELY_SECONDS
