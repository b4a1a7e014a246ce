"""The registry that every metric of a process is in, and its exposition.

A floor declares its metrics at import, beside the code that moves them:

    LAG = Gauge("projection_lag_facts", "Facts not yet applied", ("projector",), registry=REGISTRY,
                multiprocess_mode="livemax")

With `PROMETHEUS_MULTIPROC_DIR` set, values live in files of that folder and `exposition` adds up all workers;
there a gauge must say by `multiprocess_mode` what the sum of several processes means.
"""

import os

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


def exposition(registry: CollectorRegistry = REGISTRY) -> bytes:
    """Every metric in Prometheus's text format: of this process, or of all workers in multiprocess mode."""
    if MULTIPROCESS_VARIABLE not in os.environ:
        return generate_latest(registry)
    everyone = CollectorRegistry()
    MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]  # it has no annotations
    return generate_latest(everyone)


def forget_worker(pid: int, folder: str) -> None:
    """Drop the live gauges of a worker that has ended from the `folder` shared by all. Called by whoever started it."""
    mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]  # it has no annotations
