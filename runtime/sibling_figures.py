"""Memory, processor time and open files of every process of our parent's: of all workers, whichever is asked."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from typing_extensions import override

CHILDREN = "/proc/{pid}/task/{pid}/children"
LABEL = "worker"


class SiblingFigures(Collector):
    """The `process_...` metrics with a label for the process; nothing where the system does not tell."""

    @override
    def collect(self) -> Iterable[Metric]:
        found: dict[str, Metric] = {}
        for pid in _siblings():
            for metric in ProcessCollector(pid=_always(pid), registry=None).collect():
                whole = found.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                for sample in metric.samples:
                    whole.add_sample(sample.name, {**sample.labels, LABEL: pid}, sample.value)
        return found.values()


def _siblings() -> list[str]:
    try:
        return Path(CHILDREN.format(pid=os.getppid())).read_text().split()
    except OSError:
        return []


def _always(pid: str) -> Callable[[], str]:
    return lambda: pid
