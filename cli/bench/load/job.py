"""What the load generator is told, and what it tells. Both travel as one JSON object."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ask:
    """One request, as whoever has `token` (nobody, if it is empty): POST of `body`, GET without one."""

    path: str
    token: str
    body: str | None = None


@dataclass(frozen=True)
class Job:
    """`connections` keep-alive connections to `host`:`port`, each sending its next request when the last is answered.

    Together they go round `asks`: connection number i begins with the ith, and each goes on by as many as there are
    connections. With `keyed` every request has an idempotency key of its own. Nothing new is sent after `seconds`;
    what is under way is waited for.
    """

    host: str
    port: int
    asks: list[Ask]
    connections: int
    seconds: float
    keyed: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    `requests` were answered within `seconds`: the job's, or more where nothing was answered in time. `statuses` and
    `ids` (of what 2xx answers to a POST say was made) count also the stragglers. Latencies are in milliseconds,
    `cpu_seconds` is the generator's own.
    """

    requests: int
    seconds: float
    statuses: dict[str, int]
    p50_ms: float
    p99_ms: float
    max_ms: float
    cpu_seconds: float
    ids: list[str] = field(default_factory=list)
    failure: str | None = None
    """The first answer that was not 2xx, or what went wrong with a connection."""

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds
