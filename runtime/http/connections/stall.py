"""Whether the client at the other end takes what it is sent."""

from math import inf

BYTES_PER_SECOND_MIN = 512
"""Slower than any network that people wait at."""


class Stall:
    """Watches what a connection still has to send; looked at now and then, it needs no hook into each write."""

    def __init__(self, seconds_max: float) -> None:
        self._seconds_max = seconds_max
        self._bytes_min = seconds_max * BYTES_PER_SECOND_MIN
        self._since = inf
        self._unsent = 0

    def over(self) -> None:
        """The client has taken something worth while."""
        self._since = inf

    def lasts(self, now: float, unsent: int) -> bool:
        """Whether for too long next to nothing of the `unsent` bytes was taken."""
        if self._since == inf:
            self._since, self._unsent = now, unsent
        elif now - self._since >= self._seconds_max:
            if self._unsent - unsent < self._bytes_min:
                return True
            self._since, self._unsent = now, unsent
        return False
