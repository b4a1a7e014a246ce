"""The bounds of the write path."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WriteLimits:
    """`wait_seconds` is how long a command may wait in all. One that would wait longer than `queue_seconds_max` for its
    turn is refused when it comes. `turns_max` streams at once are written in turns with other processes: each keeps a
    connection while it waits for its turn, and flies alone.

    What is folded is kept in memory: `writers_max` streams, which are forgotten when nobody has asked for them for
    `cold_seconds`, and of the others those least used when they have more than `facts_kept_max` facts together. A
    booking of two tickets takes 2.5 kB.
    """

    flights_max: int = 2
    turns_max: int = 2
    batch_facts_max: int = 64
    queue_max: int = 1_000
    writers_max: int = 10_000
    facts_kept_max: int = 400_000
    cold_seconds: float = 900.0
    wait_seconds: float = 10.0
    queue_seconds_max: float = 2.0
