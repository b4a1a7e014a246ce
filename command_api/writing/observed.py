"""What the write path tells Prometheus."""

from collections.abc import Sequence

from prometheus_client import Counter, Histogram
from prometheus_client.registry import CollectorRegistry

from command_api.writing.taking import Taking
from eventstore.appending import Appended, Conflict, Duplicate, Item, Outcome

FACT_BUCKETS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
SECOND_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class WriteMetrics:
    """Commands by outcome; appends by size, time and outcome. `registry` is the process's."""

    def __init__(self, registry: CollectorRegistry, taking: Taking | None = None) -> None:
        self._taking = taking or Taking()
        self._commands = Counter(
            "commands", "Commands by name and outcome", ("command", "outcome"), registry=registry
        )
        self._answered: dict[tuple[str, str], Counter] = {}
        self._batch_facts = Histogram(
            "append_batch_facts", "Facts in one call to the log", registry=registry, buckets=FACT_BUCKETS
        )
        self._seconds = Histogram(
            "append_seconds", "Time of one call to the log", registry=registry, buckets=SECOND_BUCKETS
        )
        items = Counter("append_items", "Streams' batches by outcome", ("outcome",), registry=registry)
        self._items = {
            kind: items.labels(name)
            for kind, name in (
                (Appended, "appended"),
                (Conflict, "conflict"),
                (Duplicate, "duplicate"),
                (type(None), "unknown"),
            )
        }

    def flown(self, items: Sequence[Item], outcomes: Sequence[Outcome | None], seconds: float) -> None:
        """One call to the log came back."""
        self._taking.came_back(outcomes)
        self._batch_facts.observe(sum(len(item.facts) for item in items))
        self._seconds.observe(seconds)
        for outcome in outcomes:
            self._items[type(outcome)].inc()

    def answered(self, command: str, outcome: str) -> None:
        """One command was answered: `outcome` is accepted, replayed, or the code of the problem."""
        counter = self._answered.get((command, outcome))
        if counter is None:
            # Finding a label's counter costs more than counting, and there are only as many as operations and codes.
            counter = self._answered[command, outcome] = self._commands.labels(command, outcome)
        counter.inc()
