"""What workers that hand over to each other tell Prometheus."""

from prometheus_client import Counter, Gauge
from prometheus_client.registry import CollectorRegistry


class HandingOverMetrics:
    """Of a command that another worker owns: `handed_over` to it, `taken_over` by it, or `decided_here` for want of a
    link. `links` are those over which this worker can ask.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        commands = Counter(
            "handed_over_commands",
            "Commands about what another worker owns, by what was done with them",
            ("way",),
            registry=registry,
        )
        self.handed_over = commands.labels("handed_over")
        self.taken_over = commands.labels("taken_over")
        self.decided_here = commands.labels("decided_here")
        self.links = Gauge(
            "worker_links",
            "Links over which a worker can ask another one",
            registry=registry,
            multiprocess_mode="livesum",
        )
