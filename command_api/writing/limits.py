"""The bounds of the write path."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WriteLimits:
    """`trust_seconds` is how old a state may be to say no from memory while other processes may write the same stream;
    older, it is caught up first. `wait_seconds` is how long a command may wait in all.
    """

    flights_max: int = 2
    batch_facts_max: int = 500
    queue_max: int = 1_000
    writers_max: int = 10_000
    trust_seconds: float = 0.5
    wait_seconds: float = 10.0
