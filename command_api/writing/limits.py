"""The bounds of the write path."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WriteLimits:
    """`wait_seconds` is how long a command may wait in all. One that would wait longer than `queue_seconds_max` for its
    turn is refused when it comes.
    """

    flights_max: int = 2
    batch_facts_max: int = 128
    queue_max: int = 1_000
    writers_max: int = 10_000
    wait_seconds: float = 10.0
    queue_seconds_max: float = 2.0
