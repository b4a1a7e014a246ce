"""What the history of refusals tells Prometheus."""

from prometheus_client import Counter
from prometheus_client.registry import CollectorRegistry


class RefusalMetrics:
    """`kept` counts those that are in the table, `dropped` those that are not and never will be; of these, `limited`
    counts apart those that were more than is kept of anybody.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        refusals = Counter("refusals", "Refusals by what became of them", ("outcome",), registry=registry)
        self.kept = refusals.labels("kept")
        self.dropped = refusals.labels("dropped")
        self.limited = refusals.labels("limited")
