"""The bounds of the write path."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WriteLimits:
    """`wait_seconds` is how long a command may wait in all. `turns_max` streams at once are written in turns with other
    processes: each keeps a connection while it waits for its turn, and flies alone.
    """

    flights_max: int = 2
    turns_max: int = 2
    batch_facts_max: int = 500
    queue_max: int = 1_000
    writers_max: int = 10_000
    wait_seconds: float = 10.0
