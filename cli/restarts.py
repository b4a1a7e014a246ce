"""When a process that has died is started again: at once if it has worked, later and later if it never gets to."""

FIRST_SECONDS = 0.2
LONGEST_SECONDS = 10.0
LIVED_SECONDS = 30.0
"""Who lives that long has worked: its end says nothing about whether the next start would fail."""


class Restarts:
    """Of one place, by the clock of whoever asks."""

    def __init__(self) -> None:
        self._pause = FIRST_SECONDS
        self._started_at = 0.0
        self._due_at = 0.0

    def started(self, now: float) -> None:
        self._started_at = now

    def ended(self, now: float) -> float:
        """Note it; returns the seconds until the next start."""
        if now - self._started_at >= LIVED_SECONDS:
            self._pause = FIRST_SECONDS
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_SECONDS)
        self._due_at = now + pause
        return pause

    def is_due(self, now: float) -> bool:
        return now >= self._due_at
