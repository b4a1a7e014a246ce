"""What a generator of an open loop is told, and what it tells. Both travel as one JSON object."""

from dataclasses import dataclass, field

from cli.bench.load.job import Ask


@dataclass(frozen=True)
class Phase:
    """So many requests a second for so long, at even distances."""

    per_second: float
    seconds: float


@dataclass(frozen=True)
class Flood:
    """`phases` one after the other, over at most `connections` requests under way. At the end answers are waited for,
    `patience_seconds` at most.
    """

    host: str
    port: int
    asks: list[Ask]
    connections: int
    phases: list[Phase]
    patience_seconds: float = 30.0

    @property
    def seconds(self) -> float:
        return sum(phase.seconds for phase in self.phases)


@dataclass(frozen=True)
class Flooded:
    """One entry an answer: when its request was due, in seconds from the start, how long it took from then, and its
    status. `unsent` tells when requests were due for which no connection was free.
    """

    due: list[float]
    latency_ms: list[float]
    status: list[int]
    unsent: list[float]
    unanswered: int
    cpu_seconds: float
    ids: list[str] = field(default_factory=list)
    failure: str | None = None
